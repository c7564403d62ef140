"""The programs on which predictions are checked: real ones, of Debian packages.

Each entry: name, packages, command. Commands run in a folder that make_inputs()
has filled; they take from half a second to a few, use one thread, and stay within AVX2, so
that the emulator that counts their instructions takes the same path.
"""

import math
import os
import random
import struct
import subprocess

# Options that keep libraries' own dispatch within AVX2 and to one thread.
ENVIRONMENT = {
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX512BW,-AVX512DQ,-AVX512CD,"
                      "-ERMS,-FSRM",
    "OPENBLAS_NUM_THREADS": "1", "OPENBLAS_CORETYPE": "Haswell", "OMP_NUM_THREADS": "1",
    "OPENSSL_ia32cap": ":~0x00000000d0030000", "PYTHONHASHSEED": "0", "LC_ALL": "C",
    "NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL",
}

PROGRAMS = [
    ("xz", "xz-utils", "xz -3 -T1 -k -c src.tar"),
    ("zstd", "zstd", "zstd -q -15 --single-thread -c src.tar"),
    ("gzip", "gzip", "gzip -9 -c text.txt"),
    ("bzip2", "bzip2", "bzip2 -k -c src.tar"),
    ("brotli", "brotli", "brotli -q 9 -c src.tar"),
    ("lz4", "lz4", "lz4 -q -9 -c text.txt"),
    ("sqlite", "sqlite3", "sqlite3 :memory: -init queries.sql .exit"),
    ("cc1plus", "g++", "$CC1PLUS -quiet -O2 source.ii -o /dev/null"),
    ("python", "python3", "/usr/bin/python3 work.py"),
    ("perl", "perl", "perl -ne '$c{$_}++ for split; END{print scalar keys %c}' text.txt"),
    ("mawk", "mawk", "mawk '{for(i=1;i<=NF;i++)c[$i]++} END{for(k in c)n++;print n}' text.txt"),
    ("povray", "povray", "povray +Iscene.pov -O/dev/null +W800 +H600 +A0.3 -D +WT1 -GA"),
    ("x264", "x264", "x264 --quiet --preset slow --threads 1 --lookahead-threads 1 --asm avx2 -o /dev/null"
                     " video.y4m"),
    ("lame", "lame", "lame --quiet sound.wav /dev/null"),
    ("flac", "flac", "flac -s -8 -e -f -c sound.wav"),
    ("luajit", "luajit", "luajit bodies.lua 2000000"),
    ("lua", "lua5.4", "lua5.4 work.lua"),
    ("ruby", "ruby", "ruby work.rb"),
    ("sha512", "openssl", "openssl dgst -sha512 big.bin big.bin big.bin"),
    ("aes", "openssl", "openssl enc -aes-256-cbc -K 00 -iv 00 -in big.bin -out /dev/null"),
    ("md5sum", "coreutils", "md5sum big.bin big.bin"),
    ("sort", "coreutils", "sort --parallel=1 -k3 text.txt text.txt text.txt"),
    ("objdump", "binutils", "objdump -d $CC1PLUS --stop-address=0xd00000"),
    ("diff", "diffutils", "diff -d short.txt other.txt"),
    ("stockfish", "stockfish", "/usr/games/stockfish bench 16 1 11"),
    ("gp", "pari-gp", "gp -q factors.gp"),
    ("minisat", "minisat", "minisat -verb=0 clauses.cnf"),
    ("glpsol", "glpk-utils", "glpsol --lp program.lp --mipgap 0.03"),
    ("cwebp", "webp", "cwebp -quiet -m 6 -q 92 picture.ppm -o /dev/null"),
    ("optipng", "optipng", "optipng -quiet -o2 -simulate picture.png"),
    ("gm", "graphicsmagick", "gm convert small.ppm -resize 300% -unsharp 0x2 ppm:/dev/null"),
    ("espeak", "espeak-ng", "espeak-ng -f words.txt -w /dev/null"),
    ("opusenc", "opus-tools", "opusenc --quiet sound.wav /dev/null"),
    ("matrices", "python3-numpy", "/usr/bin/python3 matrices.py"),
    ("fft", "python3-numpy", "/usr/bin/python3 fft.py"),
    ("stencil", "python3-numpy", "/usr/bin/python3 stencil.py"),
    ("bc", "bc", "bc -lq pi.bc"),
    ("ffmpeg", "ffmpeg", "ffmpeg -v quiet -threads 1 -filter_threads 1 -stream_loop 5 -i video.y4m"
                         " -vf scale=640:480 -c:v mpeg4 -threads 1 -f null -"),
]

# The same with two threads side by side for most of the time.
TWO_THREADS = [
    ("xz-2", "xz-utils", "xz -2 -T2 --block-size=4MiB -k -c mixed.bin"),
    ("zstd-2", "zstd", "zstd -q -12 -T2 -B4M -c mixed.bin"),
    ("pbzip2-2", "pbzip2", "pbzip2 -p2 -k -c mixed.bin"),
    ("lbzip2-2", "lbzip2", "lbzip2 -n2 -k -c mixed.bin"),
    ("pigz-2", "pigz", "pigz -9 -p2 -c text.txt"),
    ("povray-2", "povray", "povray +Iscene.pov -O/dev/null +W1000 +H800 +A0.3 -D +WT2 -GA"),
    ("x264-2", "x264", "x264 --quiet --preset slow --threads 2 --asm avx2 -o /dev/null video.y4m"),
    ("ffmpeg-2", "ffmpeg", "ffmpeg -v quiet -threads 2 -filter_threads 2 -stream_loop 5 -i video.y4m"
                           " -vf scale=640:480 -c:v mpeg4 -threads 2 -f null -"),
    ("sort-2", "coreutils", "sort --parallel=2 -k3 text.txt text.txt text.txt text.txt"),
]

TEXTS = {
    "bodies.lua": """
local b={} for i=1,8 do b[i]={x=i,y=i*i%7,z=i*3%5,vx=0,vy=0,vz=0,m=1/i} end
for s=1,tonumber(arg[1]) do
  for i=1,8 do local p=b[i] for j=i+1,8 do local q=b[j]
    local dx,dy,dz=p.x-q.x,p.y-q.y,p.z-q.z
    local d2=dx*dx+dy*dy+dz*dz+0.01 local m=0.001/(d2*math.sqrt(d2))
    p.vx=p.vx-dx*q.m*m p.vy=p.vy-dy*q.m*m p.vz=p.vz-dz*q.m*m
    q.vx=q.vx+dx*p.m*m q.vy=q.vy+dy*p.m*m q.vz=q.vz+dz*p.m*m end end
  for i=1,8 do local p=b[i] p.x=p.x+0.001*p.vx p.y=p.y+0.001*p.vy p.z=p.z+0.001*p.vz end
end
print(b[1].x)
""",
    "work.lua": """
local t={} local s=0
for i=1,15000000 do local k=(i*7919)%65537 t[k]=(t[k] or 0)+i s=s+t[k]%7 end print(s)
local p={} for i=1,1000000 do p[#p+1]=tostring(i*i%99991) end table.sort(p) print(#table.concat(p))
""",
    "work.py": """
d={}
for i in range(5000000):
    k=(i*7919)%50021; d[k]=d.get(k,0)+i
print(len(sorted(str(v) for v in d.values())))
def queens(n,r=0,c=0,a=0,b=0):
    if r==n: return 1
    t=0
    for i in range(n):
        if not (c>>i&1 or a>>(r+i)&1 or b>>(r-i+n)&1):
            t+=queens(n,r+1,c|1<<i,a|1<<(r+i),b|1<<(r-i+n))
    return t
print(queens(10))
""",
    "work.rb": """
h=Hash.new(0); x=1
6000000.times{ x=(x*1103515245+12345)%2147483648; h[x%40009]+=1 }; puts h.values.max
puts (1..500000).map{|i| i.to_s.reverse}.sort.join.size
""",
    "matrices.py": """
import numpy as np
a=np.random.RandomState(1).rand(900,900)
for i in range(28): b=a@a
print(b[0,0])
""",
    "fft.py": """
import numpy as np
a=np.random.RandomState(1).rand(1<<18)
for i in range(120): b=np.fft.ifft(np.fft.fft(a))
print(abs(b[5]))
""",
    "stencil.py": """
import numpy as np
a=np.random.RandomState(1).rand(700,700)
for i in range(700): a[1:-1,1:-1]=0.25*(a[:-2,1:-1]+a[2:,1:-1]+a[1:-1,:-2]+a[1:-1,2:])
print(a.sum())
""",
    "queries.sql": """
create table t(a integer primary key,b integer,c text);
with recursive n(i) as (select 1 union all select i+1 from n where i<700000)
  insert into t select i,(i*7919)%10007,'row '||((i*31)%977) from n;
create index ib on t(b);
select count(*),sum(x.b) from t x join t y on x.b=y.a where x.c like '%7%';
select c,count(*),avg(b) from t group by c order by 2 desc limit 3;
select sum(length(c)) from t where b in (select b from t where a%5=0);
""",
    "source.cpp": """
#include <algorithm>
#include <iostream>
#include <map>
#include <regex>
#include <string>
#include <vector>
int main() {
  std::map<std::string, std::vector<int>> m;
  std::regex r("a(b|c)*d");
  for (int i = 0; i < 10; i++) m[std::to_string(i)].push_back(i);
  std::sort(m["1"].begin(), m["1"].end());
  std::cout << std::regex_match("abcd", r) << m.size();
}
""",
    "scene.pov": """
camera{location <0,2,-6> look_at 0} light_source{<5,8,-7> 1} light_source{<-5,8,-7> .5}
plane{y,-1 pigment{checker rgb 1 rgb .2} finish{reflection .2}}
#declare i=0; #while(i<24) sphere{<2*sin(i),mod(i,4)*.6-.5,2*cos(i)>,.4
  pigment{rgb <mod(i,3)/2,.5,mod(i,5)/4>} finish{reflection .3 specular .5}}
#declare i=i+1; #end torus{1.5,.3 pigment{rgb x} finish{specular .8}}
""",
    "factors.gp": "factor(2^199-1);factor(2^149+1);for(i=1,60000,isprime(10^18+i));"
                  "factor(2^211-1)\nquit\n",
    "pi.bc": "scale=2000\na=4*a(1)\na\nquit\n",
}


def write_media(folder, rng):
    """A short video, a sound, a picture and two problems, made up but not empty."""
    width, height = 352, 288
    base = [bytes((int(128 + 60 * math.sin((x + y * 0.7) / 17) + 40 * math.sin(x * y / 3000))
                   + rng.randint(-6, 6)) & 255 for x in range(width + 120))
            for y in range(height)]
    frames = b"".join(b"FRAME\n" + b"".join(row[2 * n:2 * n + width] for row in base)
                      + bytes([110 + n % 9]) * (width * height // 4)
                      + bytes([140 - n % 7]) * (width * height // 4) for n in range(40))
    with open(folder / "video.y4m", "wb") as out:
        out.write(b"YUV4MPEG2 W352 H288 F25:1 Ip A1:1 C420jpeg\n" + frames * 7)
    samples = bytearray()
    for i in range(44100 * 25):
        left = (9000 * math.sin(i * 0.031 + 3 * math.sin(i * 0.0007)) + 5000 * math.sin(i * 0.0123)
                + rng.gauss(0, 900))
        both = [max(-32768, min(32767, int(v))) for v in (left, left * 0.7 + rng.gauss(0, 300))]
        samples += struct.pack("<hh", *both)
    sound = bytes(samples) * 4
    with open(folder / "sound.wav", "wb") as out:
        out.write(b"RIFF" + struct.pack("<I", 36 + len(sound)) + b"WAVEfmt "
                  + struct.pack("<IHHIIHH", 16, 1, 2, 44100, 176400, 4, 16) + b"data"
                  + struct.pack("<I", len(sound)) + sound)
    for name, w, h in (("small.ppm", 1400, 1000), ("picture.ppm", 2800, 2000)):
        with open(folder / name, "wb") as out:
            out.write(b"P6\n%d %d\n255\n" % (w, h))
            for y in range(h):
                out.write(bytes((int(127 + 100 * math.sin((x * (c + 1) + y * 2) / 91))
                                 + rng.randint(0, 9)) & 255 for x in range(w) for c in range(3)))
    variables = 260
    clauses = int(variables * 4.2)
    with open(folder / "clauses.cnf", "w") as out:
        out.write(f"p cnf {variables} {clauses}\n")
        for _ in range(clauses):
            chosen = rng.sample(range(1, variables + 1), 3)
            out.write(" ".join(str(rng.choice((1, -1)) * x) for x in chosen) + " 0\n")
    with open(folder / "program.lp", "w") as out:
        out.write("Minimize\n obj: " + " + ".join(f"{rng.randint(1, 60)} x{i}" for i in range(120))
                  + "\nSubject To\n")
        for k in range(90):
            terms = " + ".join(f"{rng.randint(1, 30)} x{i}" for i in rng.sample(range(120), 18))
            out.write(f" c{k}: {terms} >= {rng.randint(60, 300)}\n")
        out.write("Bounds\nGeneral\n " + " ".join(f"x{i}" for i in range(120)) + "\nEnd\n")


def make_inputs(folder):
    """Fills a folder (a Path) with what the commands read: the same on every machine
    but for src.tar and source.ii, which come from the installed C++ library."""
    rng = random.Random(5)
    for name, text in TEXTS.items():
        (folder / name).write_text(text.lstrip("\n"))
    words = ["".join(rng.choice("etaoinshrdlucmfwypvbgk") for _ in range(rng.randint(2, 9)))
             for _ in range(9000)]
    weights = [rng.paretovariate(1.1) for _ in words]
    lines = [" ".join(rng.choices(words, weights, k=12)) for _ in range(160000)] * 4
    (folder / "text.txt").write_text("\n".join(lines))
    (folder / "words.txt").write_text("\n".join(lines[:260]))
    (folder / "short.txt").write_text("\n".join(lines[:60000]))
    (folder / "other.txt").write_text("\n".join(line.replace("e", "E", 1) if i % 3 == 0 else line
                                                for i, line in enumerate(lines[:60000])))
    (folder / "big.bin").write_bytes(rng.randbytes(30_000_000) * 12)
    write_media(folder, rng)
    subprocess.run(["tar", "cf", "src.tar", "-C", "/usr/include", "c++"], cwd=folder, check=True)
    mixed = (folder / "src.tar").read_bytes() + (folder / "text.txt").read_bytes()[:12_000_000]
    (folder / "mixed.bin").write_bytes(mixed)
    subprocess.run(["g++", "-E", "source.cpp", "-o", "source.ii"], cwd=folder, check=True)
    if subprocess.run(["which", "gm"], capture_output=True).returncode == 0:
        subprocess.run(["gm", "convert", "small.ppm", "picture.png"], cwd=folder, check=True)


def environment():
    cc1plus = subprocess.run(["g++", "-print-prog-name=cc1plus"], capture_output=True, text=True,
                             check=True).stdout.strip()
    return dict(os.environ, CC1PLUS=cc1plus, **ENVIRONMENT)
