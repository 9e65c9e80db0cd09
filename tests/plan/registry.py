"""A small invented registry log, two regencies in two partitions, three periods: same seed, same bytes."""

import base64
import hashlib
import json
import random

REGIONS = "version,test\n" + "".join(
    f"regency,{r},Uji {r}\ndistrict,{r}01,Satu\ndistrict,{r}02,Dua\n" + "".join(
        f"village,{r}0{1 + v // 3}200{v},,Desa {v},{6378000 - 700 * v},{1900 * v},{(v * v * 617) % 5000}\n"
        for v in range(6)) for r in (9471, 9472))
PARTITIONS = {"9471": 3, "9472": 5}


def token(kind, number):
    """Of a token's form, but of a number that no card has."""
    digest = hashlib.sha1(f"invented {kind} {number}".encode()).digest()
    return "k1." + base64.b32encode(digest).decode().lower()


class Log:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.offset = {r: 0 for r in PARTITIONS}
        self.lines = []
        self.visits = 0

    def villages(self, regency):
        return [f"{regency}0{1 + v // 3}200{v}" for v in range(6)]

    def put(self, kind, regency, key, data):
        offset = self.offset[regency]
        self.offset[regency] += self.random.choice([1, 1, 1, 2])
        self.lines.append(json.dumps({
            "specversion": "1.0", "id": f"{kind}-{offset}#{kind}", "source": "//test", "type": f"id.berbagi.{kind}.v1",
            "subject": regency, "time": f"2026-01-01T00:{offset // 60 % 60:02d}:{offset % 60:02d}.000Z",
            "datacontenttype": "application/json", "partition": PARTITIONS[regency], "offset": offset,
            "key": f"{kind}:{regency}/{key}", "origin": f"raw.{kind}/0/{offset}", "version": None, "data": data,
        }, separators=(",", ":")))

    def household(self, regency, number, **change):
        pick, own = self.random, token(regency + "kk", number)
        self.put("household", regency, own, {
            "household": own, "ref": f"SK-{number}", "regency": regency,
            "village": pick.choice(self.villages(regency)),
            "decile": {"national": pick.choice([1, 1, 2, 2, 3]), "province": None, "regency": None},
            "dtsen": "2026-01", "members": pick.randint(1, 6), "band": pick.choice([0, 1, 2, 2]), "status": "active",
            "was": None, **change})
        return own

    def asn(self, regency, number, **change):
        pick, own = self.random, token(regency + "nip", number)
        places = self.villages(regency) + [None]
        self.put("asn", regency, own, {
            "asn": own, "ref": f"ASN-{number}", "regency": regency,
            "employment": pick.choice(["pns", "pns", "pppk", "pppk_part_time"]), "grade": "III/c",
            "position": pick.choice(["staff", "iii_a"]), "unit": "opd", "home_village": pick.choice(places),
            "work_village": pick.choice(places), "household": None, "status": "active", "version": 1, "was": None,
            **change})
        return own

    def donation(self, regency, number, period, packages, villages):
        self.put("donation", regency, f"pt/{number}", {
            "donation": str(number), "partner": "pt", "partner_name": "PT Uji", "partner_kind": "bumn",
            "regency": regency, "period": period, "packages": packages,
            "earmark": {"villages": villages, "districts": [], "deciles": []}, "base_village": None,
            "state": "received", "version": 1})

    def period(self, regency, name, state):
        self.put("period", regency, f"{name}/{state}", {
            "period": name, "regency": regency, "programme": "monthly_package", "item": "sembako", "deciles": [1, 2],
            "decile_basis": "national", "ladder": [
                {"employment": [], "positions": ["iii_a"], "grades": [], "packages": 3},
                {"employment": [], "positions": [], "grades": [], "packages": 1}],
            "distribution": {"from": name + "-20", "to": name + "-25"}, "report_by": name + "-27", "lambda_m": 1500,
            "seed": "undian-" + name, "edition": None, "roster": None, "state": state,
            "expect": "any" if state == "plan" else None})

    def visit(self, regency, period, household, giver, outcome):
        name = f"00000000-0000-4000-8000-{self.visits:012x}"
        self.visits += 1
        self.put("delivery", regency, name, {
            "visit": name, "regency": regency, "period": period, "household": household,
            "giver": {"kind": "asn", "id": giver}, "outcome": outcome, "packages": 1 if outcome == "delivered" else 0,
            "on": f"{period}-2{self.random.randint(0, 5)}"})


def make(seed, households=40, givers=14):
    log = Log(seed)
    pick = log.random
    for regency in PARTITIONS:
        families = [log.household(regency, n) for n in range(households)]
        asns = [log.asn(regency, n, household=pick.choice(families + [None] * len(families))) for n in range(givers)]
        for period in ("2026-01", "2026-02", "2026-03"):
            log.donation(regency, 1 + len(log.lines), period, 3, [])
            log.donation(regency, 1 + len(log.lines), period, 2, log.villages(regency)[:2])
            log.period(regency, period, "plan")
            for _ in range(households // 2):
                log.visit(regency, period, pick.choice(families), pick.choice(asns), pick.choice(
                    ["delivered", "delivered", "delivered", "not_home", "moved"]))
            log.household(regency, pick.randrange(households), status="left", village=None)
            log.household(regency, households + len(log.lines), was=pick.choice(families))
            log.asn(regency, pick.randrange(givers), status="retired")
            if period != "2026-02":
                log.period(regency, period, "close")
    return log.lines


def interleaved(lines, seed):
    """The same partitions' logs, mixed otherwise."""
    queues = {p: [line for line in lines if json.loads(line)["partition"] == p] for p in PARTITIONS.values()}
    pick, mixed = random.Random(seed), []
    while any(queues.values()):
        mixed.append(queues[pick.choice([p for p, queue in queues.items() if queue])].pop(0))
    return mixed
