"""Races the release build against others on one machine, and prints one table as text and as JSON.

    race.py VESTIBULE MEASURE OUT.json      (scripts/bench builds both and calls this)

Servers run in turn, forwards and backwards (ABBA), with wrk on another core. Processor time for each request, of the
server and its children, is what to compare: requests a second depend on what else the machine does.
"""
import json
import os
import pathlib
import platform
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

VESTIBULE, MEASURE, OUT = sys.argv[1:4]
HERE = pathlib.Path(__file__).parent
ROUNDS, SECONDS = int(os.environ.get("BENCH_ROUNDS", 5)), int(os.environ.get("BENCH_SECONDS", 4))
ACCOUNT = {"username": "ada", "password": "correct horse battery"}
FOLDER = pathlib.Path(tempfile.mkdtemp())
PEERS = pathlib.Path(os.environ.get("BENCH_PEERS", HERE / "express"))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def call(url, body=None):
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"} if body else {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or "null")
    except urllib.error.HTTPError as error:
        return {"status": error.code}


def family(pid):
    found = [pid]
    for process in found:
        for task in pathlib.Path(f"/proc/{process}/task").glob("*"):
            try:
                found += [int(child) for child in (task / "children").read_text().split()]
            except OSError:
                pass
    return found


def cpu_seconds(pid):
    ticks = 0
    for process in family(pid):
        try:
            fields = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        except OSError:
            pass
    return ticks / os.sysconf("SC_CLK_TCK")


class Server:
    """A server that runs while it is measured."""

    def __init__(self, command, cpus, environment, ready):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        fill = lambda text: text.replace("$PORT", str(self.port)).replace("$FOLDER", tempfile.mkdtemp(dir=FOLDER))
        environment = {name: fill(value) for name, value in environment.items()}
        began = time.perf_counter()
        self.process = subprocess.Popen(
            ["taskset", "-c", cpus, *map(fill, command)], env={"PATH": os.environ["PATH"], "HOME": str(FOLDER)} | environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        while True:
            try:
                with urllib.request.urlopen(self.url + ready, timeout=30):
                    break
            except urllib.error.HTTPError:
                break  # Express answers 401
            except OSError:
                time.sleep(0.001)
        self.start_ms = (time.perf_counter() - began) * 1000
        self.idle_mib = int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{self.process.pid}/status").read_text())[1]) / 1024

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(20)


def vestibule(cpus, workers, **more):
    settings = {"VESTIBULE_LISTEN": "127.0.0.1:$PORT", "VESTIBULE_PUBLIC_URL": "http://localhost:$PORT",
                "VESTIBULE_DATA_DIR": "$FOLDER/data", "VESTIBULE_LOG_LEVEL": "warn", "VESTIBULE_LIMITS": "off",
                "TOKIO_WORKER_THREADS": workers}
    return Server([VESTIBULE, "serve"], cpus, settings | more, "/healthz")


def axum(cpus, workers):
    return Server([MEASURE, "serve", "127.0.0.1:$PORT"], cpus, {"TOKIO_WORKER_THREADS": workers}, "/")


def express(cpus, workers):
    if not (PEERS / "node_modules").is_dir():
        return None
    environment = {"PORT": "$PORT", "DB_PATH": "$FOLDER/data.db", "WORKERS": workers, "NODE_ENV": "production"}
    return Server(["node", str(PEERS / "server.mjs")], cpus, environment, "/me")


class Arm:
    """One kind of request to one server."""

    def __init__(self, name, server, path, prefix=None, sign_in=False):
        self.name, self.server, self.path, self.rows, self.extra = name, server, path, [], []
        if prefix is not None:
            call(server.url + prefix + "/register", ACCOUNT)
            token = call(server.url + prefix + "/login", ACCOUNT)["access_token"]
            self.extra = ["-H", f"Authorization: Bearer {token}"]
        if sign_in:
            script = FOLDER / f"{server.port}.lua"
            body = json.dumps(ACCOUNT)
            script.write_text(f"wrk.method='POST' wrk.body=[==[{body}]==] wrk.headers['Content-Type']='application/json'")
            self.extra = ["-s", str(script), "--timeout", "20s"]

    def run(self, seconds, connections, cpus):
        before = cpu_seconds(self.server.process.pid)
        command = ["taskset", "-c", cpus, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", *self.extra]
        text = subprocess.run([*command, self.server.url + self.path], capture_output=True, text=True, check=True).stdout
        spent = cpu_seconds(self.server.process.pid) - before
        if "Non-2xx" in text:
            sys.exit(f"{self.name}: {text}")
        unit = {"us": 0.001, "ms": 1, "s": 1000}
        quantile = lambda q: (lambda m: float(m[1]) * unit[m[2]])(re.search(rf"{q}%\s+([\d.]+)(us|ms|s)\b", text))
        count = int(re.search(r"(\d+) requests in", text)[1])
        rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])
        return {"cpu_us": spent / count * 1e6, "per_s": rate, "p50_ms": quantile(50), "p99_ms": quantile(99)}


def race(title, arms, connections, cpus):
    for arm in arms:
        arm.run(1, connections, cpus)  # warm
    for n in range(ROUNDS):
        for arm in arms if n % 2 == 0 else arms[::-1]:
            arm.rows.append(arm.run(SECONDS, connections, cpus))
    rows = []
    for arm in arms:
        row = {"race": title, "arm": arm.name}
        row |= {key: round(statistics.median(r[key] for r in arm.rows), 3) for key in arm.rows[0]}
        pairs = sorted(r["cpu_us"] / base["cpu_us"] for r, base in zip(arm.rows, arms[0].rows))
        row["cpu_ratio"] = [round(x, 2) for x in (statistics.median(pairs), pairs[0], pairs[-1])]
        rows.append(row)
    return rows


def guarded(postgres):
    ours = vestibule("0", "1")
    others = [axum("0", "1"), express("0", "1")]
    arms = [Arm("bare axum JSON", others[0], "/"),
            Arm("vestibule GET /healthz", ours, "/healthz"),
            Arm("vestibule GET /api/v1/token", ours, "/api/v1/token", "/api/v1"),
            Arm("vestibule GET /api/v1/me, SQLite", ours, "/api/v1/me", "/api/v1")]
    if postgres:
        others.append(vestibule("0", "1", VESTIBULE_DATABASE_URL=postgres))
        arms.append(Arm("vestibule GET /api/v1/me, PostgreSQL", others[-1], "/api/v1/me", "/api/v1"))
    if others[1]:
        arms.append(Arm("Express GET /me", others[1], "/me", ""))
    rows = race("guarded GET, server on one core", arms, 32, "1")
    footprint = {"start_ms_new_database": round(ours.start_ms, 1), "idle_mib_after_sign_in": round(memory(ours), 1)}
    for server in [ours, *filter(None, others)]:
        server.stop()
    return rows, footprint


def memory(server):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{server.process.pid}/status").read_text())[1]) / 1024


def sign_ins():
    ours, other = vestibule("0,1", "2"), express("0,1", "2")
    arms = [Arm("vestibule", ours, "/api/v1/login", "/api/v1", True)]
    if other:
        arms.insert(0, Arm("Express, @node-rs/argon2", other, "/login", "", True))
    rows = race("sign-in, argon2id m=19456 t=2 p=1, all on both cores", arms, 8, "0,1")
    for server in filter(None, [ours, other]):
        server.stop()
    return rows


def starts():
    """Start to first answer on a database that is there, and memory before the first sign-in."""
    folder = tempfile.mkdtemp(dir=FOLDER)
    found = []
    for _ in range(ROUNDS + 1):
        server = vestibule("0,1", "2", VESTIBULE_DATA_DIR=folder + "/data")
        found.append((server.start_ms, server.idle_mib))
        server.stop()
    times, memories = zip(*found[1:])
    return {"start_ms": round(statistics.median(times), 1), "idle_mib": round(statistics.median(memories), 1),
            "binary_bytes": os.path.getsize(VESTIBULE)}


def versions():
    run = lambda *command: subprocess.run(command, capture_output=True, text=True).stdout.strip().splitlines()[:1]
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    return {"machine": f"{os.cpu_count()} x {model[1] if model else platform.machine()}", "kernel": platform.release(),
            "commit": run("git", "rev-parse", "--short", "HEAD"), "rustc": run("rustc", "--version"),
            "node": run("node", "--version"), "wrk": run("wrk", "--version"), "load": os.getloadavg(),
            "command": f"BENCH_ROUNDS={ROUNDS} BENCH_SECONDS={SECONDS} make bench"}


def main():
    try:
        about = versions()
        footprint = starts()
        rows, more = guarded(os.environ.get("BENCH_POSTGRES"))
        rows += sign_ins()
        report = {"about": about, "footprint": footprint | more, "rows": rows}
        pathlib.Path(OUT).write_text(json.dumps(report, indent=1) + "\n")
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
    title = None
    for row in rows:
        if row["race"] != title:
            title = row["race"]
            print(f"\n{title}\n{'':38} {'cpu µs':>9} {'/s':>9} {'p50 ms':>8} {'p99 ms':>8}  cpu, times the first (least, most)")
        ratio, least, most = row["cpu_ratio"]
        print(f"{row['arm']:38} {row['cpu_us']:9.1f} {row['per_s']:9.0f} {row['p50_ms']:8.2f} {row['p99_ms']:8.2f}  {ratio:.2f} ({least:.2f}, {most:.2f})")
    print()
    for name, value in (report["footprint"] | about).items():
        print(f"{name:24} {value}")


main()
