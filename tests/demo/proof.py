"""The three sums that the demo proves, each from two sides that share no code."""

import json


def intake(pipeline):
    """What the generator sent = accepted + duplicate + stale + rejected."""
    fates = pipeline.sql("SELECT coalesce(sum(accepted), 0), coalesce(sum(duplicate), 0), coalesce(sum(stale), 0), "
                         "coalesce(sum(rejected), 0) FROM intake")[0]
    sent, counted = sum(pipeline.sent.values()), [int(fate) for fate in fates]
    return sent == sum(counted), f"{sent} dikirim = {' + '.join(str(n) for n in counted)} " \
                                 "(diterima + ganda + usang + ditolak)"


def packages(pipeline):
    """Packages in = packages out + planned + left over, in every regency and period."""
    rows = pipeline.sql("SELECT count(*), coalesce(sum(asn_packages + partner_packages + over), 0), "
                        "count(*) FILTER (WHERE difference <> 0) FROM packages")[0]
    return int(rows[0]) > 0 and int(rows[2]) == 0, \
        f"{rows[1]} paket dalam {rows[0]} rencana, selisih di {rows[2]} rencana"


def messages(pipeline, ledger):
    """Every message the gateway took is one of ours, once, and the other way round."""
    with open(ledger, encoding="utf-8") as lines:
        taken = [entry["opaque"] for entry in map(json.loads, lines) if entry["event"] == "accepted"]
    ours = {f"{regency}/{identity}" for regency, identity in pipeline.sql(
        "SELECT lpad(regency::text, 4, '0'), notification FROM notification "
        "WHERE state IN ('sent', 'delivered', 'read', 'failed') AND gateway_id IS NOT NULL")}
    theirs = [opaque.rsplit("/", 1)[0] for opaque in taken]
    return len(theirs) == len(set(theirs)) and set(theirs) == ours, \
        f"{len(ours)} pesan menurut kami = {len(theirs)} menurut buku gerbang WhatsApp"


def all_three(pipeline, ledger):
    """[(name, true or false, what was compared)]."""
    return [("Catatan masuk", *intake(pipeline)), ("Paket", *packages(pipeline)),
            ("Pesan", *messages(pipeline, ledger))]
