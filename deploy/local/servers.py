"""Postgres and Redis of the local stack: a cluster and a data directory of their own, loopback only."""

import hashlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile

from process import Failure, Process

PG_BIN = "/usr/lib/postgresql/15/bin"
PG_USER = "berbagi-pg"  # made by deploy/setup; Postgres refuses to run as root
BASE_ENV = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}


class Postgres(Process):
    """A cluster with one database, `berbagi`, and one role of that name."""

    def __init__(self, directory, port, password):
        super().__init__("postgres", directory, [port])
        self.password = password
        self.data = os.path.join(directory, "postgres")
        if os.geteuid() == 0:
            self.user = PG_USER

    stop_signal = 2  # SIGINT: fast shutdown, does not wait for clients

    @property
    def url(self):
        return f"postgresql://berbagi:{self.password}@127.0.0.1:{self.port}/berbagi"

    def command(self):
        return ([os.path.join(PG_BIN, "postgres"), "-D", os.path.realpath(self.data), "-p", str(self.port),
                 "-h", "127.0.0.1", "-k", "", "-c", "max_connections=50", "-c", "shared_buffers=64MB", "-c", "log_timezone=UTC",
                 "-c", "timezone=UTC"], BASE_ENV)

    def prepare(self):
        if os.path.exists(os.path.join(self.data, "PG_VERSION")):
            return
        if not os.path.exists(os.path.join(PG_BIN, "initdb")):
            raise Failure("postgres: PostgreSQL 15 is missing. Run `make setup`")
        self._make_data_directory()
        with tempfile.NamedTemporaryFile("w", prefix="berbagi-", encoding="ascii") as secret:
            secret.write(self.password + "\n")
            secret.flush()
            if self.user:
                os.chown(secret.name, pwd.getpwnam(self.user).pw_uid, -1)
            initdb = subprocess.run(
                [os.path.join(PG_BIN, "initdb"), "-D", os.path.realpath(self.data), "-U", "berbagi",
                 "-A", "scram-sha-256", f"--pwfile={secret.name}", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"],
                env=BASE_ENV, cwd="/", check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                **self._identity())
        if initdb.returncode != 0:
            shutil.rmtree(self.data, ignore_errors=True)
            raise Failure(f"postgres: initdb failed:\n{initdb.stdout.strip()}")

    def _make_data_directory(self):
        """Ours if we aren't root. Root's may lie where the other user cannot go: then /var/lib has the place."""
        shutil.rmtree(self.data, ignore_errors=True)
        if os.path.islink(self.data):
            os.unlink(self.data)
        if not self.user:
            os.makedirs(self.data, mode=0o700)
            return
        try:
            account = pwd.getpwnam(self.user)
        except KeyError as error:
            raise Failure(f"postgres: there is no user {self.user}. Run `make setup`") from error
        place = self.data
        if subprocess.run(["test", "-x", self.directory], cwd="/", check=False, **self._identity()).returncode != 0:
            mark = hashlib.sha256(self.directory.encode()).hexdigest()[:12]
            place = f"/var/lib/berbagi-local/{mark}"
            shutil.rmtree(place, ignore_errors=True)
            os.symlink(place, self.data)
        os.makedirs(place, mode=0o755, exist_ok=True)
        os.chmod(place, 0o700)
        os.chown(place, account.pw_uid, account.pw_gid)

    def query(self, sql, database="berbagi"):
        """The answer of psql, None if there is none."""
        run = subprocess.run([os.path.join(PG_BIN, "psql"), "-X", "-A", "-t", "-q", "-w", "-c", sql],
                             env={**BASE_ENV, "PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": "berbagi",
                                  "PGPASSWORD": self.password, "PGDATABASE": database, "PGCONNECT_TIMEOUT": "2"},
                             check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return run.stdout.strip() if run.returncode == 0 else None

    def waiting(self):
        if self.query("SELECT 1") == "1":
            return None
        # The first time there is no database yet; once there is, this does nothing.
        if self.query("CREATE DATABASE berbagi", "postgres") is not None:
            return None if self.query("SELECT 1") == "1" else "has no database yet"
        return "does not answer yet"


class Redis(Process):
    """Append-only file, written out every second."""

    def __init__(self, directory, port):
        super().__init__("redis", directory, [port])
        self.data = os.path.join(directory, "redis")

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self):
        return (["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", self.data,
                 "--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--maxmemory-policy", "noeviction",
                 "--daemonize", "no"], BASE_ENV)

    def prepare(self):
        os.makedirs(self.data, exist_ok=True)

    def ask(self, *words):
        """The first line of the answer to one command; None if there is none."""
        request = f"*{len(words)}\r\n" + "".join(f"${len(word.encode())}\r\n{word}\r\n" for word in words)
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(request.encode())
                return connection.makefile("r", encoding="utf-8").readline().strip()
        except OSError:
            return None

    def waiting(self):
        answer = self.ask("PING")
        return None if answer == "+PONG" else answer or "does not answer yet"
