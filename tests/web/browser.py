"""Drives headless Chromium over its debugging pipe, with nothing but Python.

with Browser("/usr/bin/chromium") as browser:
    page = browser.open("file:///tmp/report.html", width=1280)
    page.evaluate("document.title")
"""

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe"]


class BrowserError(Exception):
    pass


class Browser:
    def __init__(self, program, patience_s=60):
        self.patience_s = patience_s
        self.folder = tempfile.mkdtemp(prefix="headroom-browser-")
        read_end, self.out = os.pipe()
        self.inn, write_end = os.pipe()
        # The browser expects its ends as 3 and 4: keep ours out of the way.
        low = (read_end, write_end, self.out, self.inn)
        high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 20) for fd in low]
        for fd in low:
            os.close(fd)
        read_end, write_end, self.out, self.inn = high

        def place():
            os.dup2(read_end, 3)
            os.dup2(write_end, 4)

        self.process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={self.folder}", "about:blank"],
            preexec_fn=place, pass_fds=(3, 4), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(read_end)
        os.close(write_end)
        self.count = 0
        self.buffer = b""
        self.events = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.send("Browser.close")
        except (BrowserError, OSError):
            pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.out)
        os.close(self.inn)
        shutil.rmtree(self.folder, ignore_errors=True)

    def receive(self, deadline):
        while b"\0" not in self.buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.inn], [], [], left)[0]:
                raise BrowserError("the browser does not answer")
            piece = os.read(self.inn, 1 << 16)
            if not piece:
                raise BrowserError("the browser has gone")
            self.buffer += piece
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def send(self, method, session=None, **parameters):
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + self.patience_s
        while True:
            answer = self.receive(deadline)
            if answer.get("id") == self.count:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            if "method" in answer:
                self.events.append(answer)

    def open(self, address, **how):
        return Page(self, address, **how)


class Page:
    """A loaded page. `features` are media features such as prefers-color-scheme."""

    def __init__(self, browser, address, width=1280, height=900, scripts=True, features=None,
                 media=""):
        self.browser = browser
        target = browser.send("Target.createTarget", url="about:blank")["targetId"]
        self.target = target
        self.session = browser.send("Target.attachToTarget", targetId=target,
                                    flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(domain + ".enable")
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=width < 600)
        self.send("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.send("Emulation.setEmulatedMedia", media=media,
                  features=[{"name": k, "value": v} for k, v in (features or {}).items()])
        self.send("Page.navigate", url=address)
        deadline = time.monotonic() + browser.patience_s
        while not self.seen("Page.loadEventFired"):
            browser.events.append(browser.receive(deadline))
        self.settle()

    def send(self, method, **parameters):
        return self.browser.send(method, session=self.session, **parameters)

    def seen(self, method):
        return [e["params"] for e in self.browser.events
                if e.get("method") == method and e.get("sessionId") == self.session]

    def settle(self, seconds=0.25):
        """Lets what the page scheduled happen, and collects what it says."""
        time.sleep(seconds)
        self.send("Runtime.getHeapUsage")

    def evaluate(self, expression):
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True,
                           awaitPromise=True)
        if "exceptionDetails" in answer:
            raise BrowserError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def complaints(self):
        """What the console says, exceptions, and what the browser logs."""
        found = [str([a.get("value", a.get("description")) for a in e["args"]])
                 for e in self.seen("Runtime.consoleAPICalled")]
        found += [e["exceptionDetails"].get("exception", {}).get("description", "exception")
                  for e in self.seen("Runtime.exceptionThrown")]
        found += [e["entry"]["text"] for e in self.seen("Log.entryAdded")]
        return found

    def requests(self):
        """Every address asked for, the page itself and data within it left out."""
        asked = [e["request"]["url"] for e in self.seen("Network.requestWillBeSent")]
        return [url for url in asked[1:] if not url.startswith(("data:", "blob:"))]

    def mouse(self, kind, x, y, button="none", clicks=0):
        self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button=button, clickCount=clicks,
                  buttons=1 if button == "left" else 0)

    def key(self, key):
        text = key if len(key) == 1 else ""
        codes = {"ArrowLeft": 37, "ArrowRight": 39, "Escape": 27, "Home": 36, "End": 35}
        self.send("Input.dispatchKeyEvent", type="keyDown", key=key, text=text,
                  windowsVirtualKeyCode=codes.get(key, ord(key[0])))
        self.send("Input.dispatchKeyEvent", type="keyUp", key=key,
                  windowsVirtualKeyCode=codes.get(key, ord(key[0])))

    def screenshot(self, path, top=0, height=None, width=None):
        size = self.evaluate("(e => [e.scrollWidth, e.scrollHeight])(document.documentElement)")
        clip = {"x": 0, "y": top, "width": width or size[0], "height": height or size[1] - top,
                "scale": 1}
        data = self.send("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)["data"]
        with open(path, "wb") as out:
            out.write(base64.b64decode(data))

    def pdf(self, path):
        data = self.send("Page.printToPDF", preferCSSPageSize=True, printBackground=False)["data"]
        with open(path, "wb") as out:
            out.write(base64.b64decode(data))

    def close(self):
        self.browser.send("Target.closeTarget", targetId=self.target)
