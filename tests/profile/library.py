"""The programs whose recordings come with Headroom: real ones, of Debian packages, on
inputs that are made on the spot. Each runs for two to six seconds on a computer of
today, so that a recording has enough snapshots. Inputs and environment are those of
programs.py, and what is made here besides.
"""

import struct
import subprocess
from collections import namedtuple

import programs

THREADS = 16  # of those that use several: as many as a large machine has

# id, name for people, what it does in a line, packages (the first is the program's),
# the command, what it works on.
Program = namedtuple("Program", "id name summary packages command input")

HEADERS = "the headers of the installed C++ library, as one tar file"
TEXT = "made up: 45 MB of words, common ones more often"
VIDEO = "made up: a moving pattern with noise, 352 x 288, 280 frames"
SOUND = "made up: two voices with noise, 100 s in stereo"
PICTURE = "made up: waves of colour with noise"
RANDOM = "360 MB of random bytes"
SCENE = "24 spheres, a ring and a mirroring floor"
SOURCE = "a source file that uses maps, vectors, regular expressions and streams"
OWN = "a small C program of its own, built with gcc -O3 -march=haswell"

LIBRARY = [
    Program("gcc", "GCC compiles C++", "one source file, optimised, by one thread", "g++ cpp",
            "$CC1PLUS -quiet -O2 source.ii -o /dev/null", SOURCE),
    Program("clang", "Clang compiles C++", "one source file, optimised, by one thread", "clang g++",
            "clang++ -O2 -c source.cpp -o /dev/null", SOURCE),
    Program("xz", "xz packs a tar file", "one thread, level 6", "xz-utils",
            "xz -6 -T1 -k -c src.tar", HEADERS),
    Program("xz-threads", "xz packs a tar file", f"{THREADS} threads, level 6", "xz-utils",
            f"xz -6 -T{THREADS} --block-size=512KiB -k -c src.tar", HEADERS),
    Program("zstd", "Zstandard packs a tar file", "one thread, level 17", "zstd",
            "zstd -q -17 --single-thread -c src.tar", HEADERS),
    Program("zstd-threads", "Zstandard packs text", f"{THREADS} threads, level 12", "zstd",
            f"zstd -q -12 -T{THREADS} -B1MiB -c text.txt", TEXT),
    Program("bzip2", "bzip2 packs text", "one thread", "bzip2", "bzip2 -k -c text.txt", TEXT),
    Program("pbzip2", "pbzip2 packs text", f"{THREADS} threads", "pbzip2",
            f"pbzip2 -p{THREADS} -k -c text.txt", TEXT),
    Program("gzip", "gzip packs text", "one thread, level 9", "gzip", "gzip -9 -c text.txt", TEXT),
    Program("brotli", "Brotli packs a tar file", "one thread, level 9", "brotli",
            "brotli -q 9 -c src.tar", HEADERS),
    Program("x264", "x264 encodes video", "H.264, preset slow, one thread", "x264",
            "x264 --quiet --preset slow --threads 1 --lookahead-threads 1 --asm avx2"
            " -o /dev/null video.y4m", VIDEO),
    Program("x264-threads", "x264 encodes video", f"H.264, preset slower, {THREADS} threads",
            "x264", f"x264 --quiet --preset slower --threads {THREADS} --asm avx2 -o /dev/null"
            " video.y4m", VIDEO),
    Program("ffmpeg", "FFmpeg scales and encodes video", "MPEG-4, one thread", "ffmpeg",
            "ffmpeg -v quiet -threads 1 -filter_threads 1 -stream_loop 9 -i video.y4m"
            " -vf scale=640:480 -c:v mpeg4 -threads 1 -f null -", VIDEO),
    Program("povray", "POV-Ray draws a scene", "ray tracing, one thread", "povray",
            "povray +Iscene.pov -O/dev/null +W800 +H600 +A0.3 -D +WT1 -GA", SCENE),
    Program("povray-threads", "POV-Ray draws a scene", f"ray tracing, {THREADS} threads", "povray",
            f"povray +Iscene.pov -O/dev/null +W1000 +H750 +A0.3 -D +WT{THREADS} -GA", SCENE),
    Program("blender", "Blender draws a scene", f"Cycles on the processor, {THREADS} threads",
            "blender", f"blender -b --factory-startup -t {THREADS} -P scene_blender.py",
            "a glass monkey's head and 60 cubes above a plane"),
    Program("sqlite", "SQLite fills and asks a table", "in memory, joins and groups, one thread",
            "sqlite3", "sqlite3 :memory: -init longer.sql .exit", "1 200 000 rows"),
    Program("sha512", "OpenSSL hashes a file", "SHA-512, one thread", "openssl",
            "openssl dgst -sha512 big.bin big.bin big.bin big.bin", RANDOM),
    Program("aes", "OpenSSL encrypts a file", "AES-256-CBC, one thread", "openssl",
            "sh -c 'for i in 1 2 3 4 5 6 7; do openssl enc -aes-256-cbc -K 00 -iv 00 -in big.bin"
            " -out /dev/null; done'", RANDOM),
    Program("dgemm", "OpenBLAS multiplies matrices", "double precision, one thread",
            "libopenblas0-pthread libopenblas-dev gcc", "./dgemm 60", OWN + ", 1000 x 1000"),
    Program("dgemm-threads", "OpenBLAS multiplies matrices", f"double precision, {THREADS} threads",
            "libopenblas0-pthread libopenblas-dev gcc",
            f"env OPENBLAS_NUM_THREADS={THREADS} ./dgemm 120", OWN + ", 1000 x 1000"),
    Program("fftw", "FFTW transforms", "complex, double precision, 2^18 points, one thread",
            "libfftw3-double3 libfftw3-dev gcc", "./fftw 400", OWN),
    Program("flow", "A fluid flows", "lattice Boltzmann, 9 speeds, single precision, one thread",
            "gcc", "./flow 480 1", OWN + "; 1000 x 1000 cells"),
    Program("flow-threads", "A fluid flows", f"lattice Boltzmann, 9 speeds, {THREADS} threads",
            "gcc", f"./flow 1200 {THREADS}", OWN + "; 1000 x 1000 cells"),
    Program("python", "Python counts and searches", "dictionaries, and queens on a board", "python3",
            "/usr/bin/python3 longer.py", "none"),
    Program("perl", "Perl counts words", "a hash of words", "perl",
            "perl -ne '$c{$_}++ for split; END{print scalar keys %c}' text.txt", TEXT),
    Program("lua", "Lua counts and sorts", "tables and strings", "lua5.4", "lua5.4 longer.lua", "none"),
    Program("luajit", "LuaJIT moves bodies", "eight bodies that attract each other", "luajit",
            "luajit bodies.lua 6000000", "none"),
    Program("imagemagick", "ImageMagick enlarges a picture", "and sharpens it, one thread",
            "imagemagick-6.q16",
            "env MAGICK_THREAD_LIMIT=1 convert-im6.q16 small.ppm -resize 200% -unsharp 0x2 ppm:/dev/null",
            PICTURE),
    Program("graphicsmagick", "GraphicsMagick enlarges a picture", "and sharpens it, one thread",
            "graphicsmagick", "gm convert small.ppm -resize 400% -unsharp 0x2 ppm:/dev/null",
            PICTURE),
    Program("cwebp", "cwebp packs a picture", "WebP, method 6, three times, one thread", "webp",
            "sh -c 'for q in 80 86 92; do cwebp -quiet -m 6 -q $q picture.ppm -o /dev/null; done'", PICTURE),
    Program("flac", "FLAC packs sound", "without loss, level 8", "flac",
            "flac -s -8 -p -f -c sound.wav", SOUND),
    Program("lame", "LAME packs sound", "MP3, quality 0", "lame",
            "lame --quiet -q 0 sound.wav /dev/null", SOUND),
    Program("opus", "opusenc packs sound", "Opus, 96 kbit/s", "opus-tools",
            "opusenc --quiet --comp 10 longer.wav /dev/null", SOUND),
    Program("stockfish", "Stockfish thinks", "its own test positions, depth 13, one thread",
            "stockfish", "/usr/games/stockfish bench 16 1 13", "none"),
    Program("minisat", "MiniSat solves clauses", "260 variables, random", "minisat",
            "sh -c 'minisat -verb=0 clauses.cnf; true'", "1092 random clauses of three"),
    Program("glpsol", "GLPK solves a program", "120 whole numbers, 90 limits", "glpk-utils",
            "glpsol --lp program.lp --mipgap 0.02", "random"),
]

TEXTS = {
    "dgemm.c": r"""
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char** argv) {
  enum { n = 1000 };
  double *a = malloc(8 * n * n), *b = malloc(8 * n * n), *c = calloc(n * n, 8);
  for (int i = 0; i < n * n; ++i) a[i] = i % 97 * 0.01, b[i] = i % 89 * 0.01;
  for (int i = 0; i < atoi(argv[argc - 1]); ++i)
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, a, n, b, n, 0, c, n);
  printf("%g\n", c[n]);
}
""",
    "fftw.c": r"""
#include <fftw3.h>
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char** argv) {
  enum { n = 1 << 18 };
  fftw_complex *a = fftw_malloc(16 * n), *b = fftw_malloc(16 * n);
  fftw_plan there = fftw_plan_dft_1d(n, a, b, FFTW_FORWARD, FFTW_ESTIMATE);
  fftw_plan back = fftw_plan_dft_1d(n, b, a, FFTW_BACKWARD, FFTW_ESTIMATE);
  for (int i = 0; i < n; ++i) a[i][0] = i % 97 * 0.01, a[i][1] = 0;
  for (int i = 0; i < atoi(argv[argc - 1]); ++i) {
    fftw_execute(there);
    fftw_execute(back);
    for (int k = 0; k < n; ++k) a[k][0] /= n, a[k][1] /= n;
  }
  printf("%g\n", a[5][0]);
}
""",
    "flow.c": r"""
#include <stdio.h>
#include <stdlib.h>
enum { n = 1000 };
static const int cx[9] = {0, 1, 0, -1, 0, 1, -1, -1, 1}, cy[9] = {0, 0, 1, 0, -1, 1, 1, -1, -1};
static const float w[9] = {4 / 9.f,  1 / 9.f,  1 / 9.f,  1 / 9.f, 1 / 9.f,
                           1 / 36.f, 1 / 36.f, 1 / 36.f, 1 / 36.f};
static float f[2][9][n][n];
static void row(float (*from)[n][n], float (*to)[n][n], int y) {
  float d[9][n];
  for (int k = 0; k < 9; ++k)
    for (int x = 1; x < n - 1; ++x) d[k][x] = from[k][y - cy[k]][x - cx[k]];
  for (int x = 1; x < n - 1; ++x) {
    float rho = 0, ux = 0, uy = 0;
    for (int k = 0; k < 9; ++k) rho += d[k][x], ux += cx[k] * d[k][x], uy += cy[k] * d[k][x];
    ux /= rho, uy /= rho;
    const float square = 1.5f * (ux * ux + uy * uy);
    for (int k = 0; k < 9; ++k) {
      const float along = 3 * (cx[k] * ux + cy[k] * uy);
      to[k][y][x] = 0.4f * d[k][x] + 0.6f * w[k] * rho * (1 + along + 0.5f * along * along - square);
    }
  }
}
int main(int argc, char** argv) {
  const int steps = atoi(argv[1]), threads = atoi(argv[2]);
  for (int k = 0; k < 9; ++k)
    for (int i = 0; i < n * n; ++i)
      f[0][k][i / n][i % n] = f[1][k][i / n][i % n] = w[k] * (1 + 0.01f * (i % 1000 * 7919 % 101));
  for (int s = 0; s < steps; ++s) {
#pragma omp parallel for num_threads(threads)
    for (int y = 1; y < n - 1; ++y) row(f[s & 1], f[~s & 1], y);
  }
  printf("%g %d\n", f[0][1][n / 2][n / 2], argc);
}
""",
    "scene_blender.py": """
import bpy
bpy.ops.mesh.primitive_plane_add(size=40, location=(0, 0, -1.2))
bpy.ops.mesh.primitive_monkey_add(size=3)
monkey = bpy.context.object
glass = bpy.data.materials.new('glass')
glass.use_nodes = True
glass.node_tree.nodes['Principled BSDF'].inputs['Transmission'].default_value = 1
monkey.data.materials.append(glass)
monkey.modifiers.new('fine', 'SUBSURF').render_levels = 3
for i in range(60):
    bpy.ops.mesh.primitive_cube_add(size=0.5, location=(i % 10 - 4.5, i // 10 - 2, i * 7 % 5 - 1))
scene = bpy.context.scene
scene.render.engine = 'CYCLES'
scene.cycles.device = 'CPU'
scene.cycles.samples = 24
scene.cycles.use_denoising = False
scene.render.resolution_x, scene.render.resolution_y = 320, 240
scene.render.filepath = '/dev/null'
bpy.ops.render.render()
""",
}

# The same work as in the checks of predictions, and more of it.
LONGER = {"longer.py": ("work.py", {"2200000": "9000000", "queens(9)": "queens(10)"}),
          "longer.lua": ("work.lua", {"6000000": "30000000", "400000": "1500000"}),
          "longer.sql": ("queries.sql", {"400000": "1200000"})}

BUILT = {"dgemm": "dgemm.c -lopenblas", "fftw": "fftw.c -lfftw3", "flow": "flow.c -fopenmp"}


def packages():
    return sorted({package for program in LIBRARY for package in program.packages.split()})


def make_more_inputs(folder):
    """Writes and builds what programs.make_inputs() does not make."""
    for name, text in TEXTS.items():
        (folder / name).write_text(text.lstrip("\n"))
    for name, (origin, changes) in LONGER.items():
        text = programs.TEXTS[origin]
        for old, new in changes.items():
            text = text.replace(old, new)
        (folder / name).write_text(text.lstrip("\n"))
    sound = (folder / "sound.wav").read_bytes()
    long = sound[44:] * 3
    (folder / "longer.wav").write_bytes(sound[:4] + struct.pack("<I", 36 + len(long)) + sound[8:40]
                                        + struct.pack("<I", len(long)) + long)
    for name, what in BUILT.items():
        subprocess.run(["sh", "-c", f"gcc -O3 -march=haswell -ffast-math -o {name} {what}"],
                       cwd=folder, check=True)
