-- Figures are views over the current state; nothing is counted twice and nothing is kept as a counter.

-- The zone of a regency's province; no daylight saving.
CREATE FUNCTION regency_zone(regency integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN regency / 100 IN (81, 82) OR regency / 100 BETWEEN 91 AND 96 THEN 'Asia/Jayapura'
                WHEN regency / 100 BETWEEN 51 AND 53 OR regency / 100 BETWEEN 63 AND 65
                     OR regency / 100 BETWEEN 71 AND 76 THEN 'Asia/Makassar'
                ELSE 'Asia/Jakarta' END
$$;

CREATE VIEW intake AS
SELECT c.topic, c.source, c.type,
       sum(c.accepted + c.duplicate + c.stale
           + (SELECT coalesce(sum(value::bigint), 0) FROM jsonb_each_text(c.rejected)))::bigint AS records,
       sum(c.accepted)::bigint AS accepted, sum(c.duplicate)::bigint AS duplicate, sum(c.stale)::bigint AS stale,
       sum((SELECT coalesce(sum(value::bigint), 0) FROM jsonb_each_text(c.rejected)))::bigint AS rejected,
       sum((SELECT coalesce(sum(value::bigint), 0) FROM jsonb_each_text(c.warnings)))::bigint AS warnings
FROM tally_count c
GROUP BY c.topic, c.source, c.type;
COMMENT ON VIEW intake IS 'Raw records by topic, source and type, and what became of them.';

CREATE VIEW intake_rejected AS
SELECT c.topic, c.source, c.type, r.key AS code, sum(r.value::bigint)::bigint AS records
FROM tally_count c, jsonb_each_text(c.rejected) r
GROUP BY c.topic, c.source, c.type, r.key;

CREATE VIEW intake_warning AS
SELECT c.topic, c.source, c.type, w.key AS code, sum(w.value::bigint)::bigint AS occurrences
FROM tally_count c, jsonb_each_text(c.warnings) w
GROUP BY c.topic, c.source, c.type, w.key;

CREATE VIEW intake_balance AS
SELECT t.topic, t.offsets, coalesce(i.records, 0) AS records, t.offsets - coalesce(i.records, 0) AS difference
FROM (SELECT topic, sum(next_off - from_off)::bigint AS offsets FROM tally GROUP BY topic) t
LEFT JOIN (SELECT topic, sum(records)::bigint AS records FROM intake GROUP BY topic) i USING (topic);
COMMENT ON VIEW intake_balance IS
    'difference is 0: every raw record is accepted, duplicate, stale or rejected. A topic that a transactional producer '
    'writes has control records between, which are in no fate.';

CREATE VIEW served_by_class AS
SELECT regency, period, decile, band, waiting,
       count(*) FILTER (WHERE state <> 'cancelled') AS households,
       count(*) FILTER (WHERE state IN ('planned', 'delivered')) AS served,
       count(*) FILTER (WHERE state = 'delivered') AS delivered,
       count(*) FILTER (WHERE state = 'unserved') AS unserved,
       count(*) FILTER (WHERE state = 'cancelled') AS cancelled
FROM assignment
GROUP BY regency, period, decile, band, waiting;

CREATE VIEW served_by_decile AS
SELECT regency, period, decile, sum(households)::bigint AS households, sum(served)::bigint AS served,
       sum(delivered)::bigint AS delivered, sum(unserved)::bigint AS unserved, sum(cancelled)::bigint AS cancelled
FROM served_by_class
GROUP BY regency, period, decile;

CREATE VIEW served_by_village AS
SELECT a.regency, a.period, a.village, v.name AS village_name, a.decile,
       count(*) FILTER (WHERE a.state <> 'cancelled') AS households,
       count(*) FILTER (WHERE a.state IN ('planned', 'delivered')) AS served,
       count(*) FILTER (WHERE a.state = 'delivered') AS delivered,
       count(*) FILTER (WHERE a.state = 'unserved') AS unserved,
       count(*) FILTER (WHERE a.state = 'cancelled') AS cancelled
FROM assignment a
LEFT JOIN village v ON v.village = a.village
GROUP BY a.regency, a.period, a.village, v.name, a.decile;

CREATE VIEW served_by_district AS
SELECT regency, period, (village / 10000)::integer AS district, decile,
       sum(households)::bigint AS households, sum(served)::bigint AS served, sum(delivered)::bigint AS delivered,
       sum(unserved)::bigint AS unserved, sum(cancelled)::bigint AS cancelled
FROM served_by_village
GROUP BY regency, period, (village / 10000)::integer, decile;

CREATE VIEW unserved AS
SELECT regency, period, decile, reason, count(*) AS households
FROM assignment
WHERE state = 'unserved'
GROUP BY regency, period, decile, reason;

-- The plan event in force: the newest of the period that is no refusal.
CREATE VIEW plan_in_force AS
SELECT DISTINCT ON (regency, period) *
FROM plan
WHERE trigger <> 'refused'
ORDER BY regency, period, revision DESC;

-- The newest event with the figures of a cut or a close.
CREATE VIEW plan_figures AS
SELECT DISTINCT ON (regency, period) *
FROM plan
WHERE trigger IN ('cut', 'close')
ORDER BY regency, period, revision DESC;

CREATE VIEW packages AS
SELECT p.regency, p.period, p.asn_packages, p.partner_packages, p.over,
       coalesce(a.delivered, 0) AS delivered, coalesce(a.planned, 0) AS planned,
       p.surplus_asn, p.surplus_partner, p.surplus_stranded,
       p.asn_packages + p.partner_packages + p.over - coalesce(a.delivered, 0) - coalesce(a.planned, 0)
           - p.surplus_asn - p.surplus_partner - p.surplus_stranded AS difference
FROM plan_in_force p
LEFT JOIN (SELECT regency, period, count(*) FILTER (WHERE state = 'delivered') AS delivered,
                  count(*) FILTER (WHERE state = 'planned') AS planned
           FROM assignment GROUP BY regency, period) a USING (regency, period);
COMMENT ON VIEW packages IS 'difference is 0: what was there = what went out + what is planned + what is left.';

CREATE VIEW foster_pairs AS
SELECT f.regency, f.period, f.keepable, f.kept,
       count(a.household) FILTER (WHERE a.reason = 'kept' AND a.state IN ('planned', 'delivered')) AS kept_now
FROM plan_figures f
LEFT JOIN assignment a USING (regency, period)
GROUP BY f.regency, f.period, f.keepable, f.kept;

CREATE VIEW visits AS
SELECT v.regency, v.period, v.outcome, count(*) AS visits,
       count(*) FILTER (WHERE p.report_by IS NOT NULL
           AND (v.reported_at AT TIME ZONE regency_zone(v.regency))::date > p.report_by) AS late
FROM visit v
LEFT JOIN plan_in_force p USING (regency, period)
GROUP BY v.regency, v.period, v.outcome;

-- Visits that nobody asked for: a typing error in a number, or a family that no register knows.
CREATE VIEW visits_to_unknown AS
SELECT v.regency, v.period, v.visit, v.village, v.giver_kind, v.giver, v.outcome, v.visited_on,
       h.household IS NOT NULL AS household_known
FROM visit v
LEFT JOIN household h USING (regency, household)
LEFT JOIN assignment a USING (regency, period, household)
WHERE a.household IS NULL AND v.outcome <> 'void';

-- One case per family, kind and month: opened by its earliest referral, due by it.
CREATE VIEW referral_cases AS
SELECT DISTINCT ON (regency, household, kind, date_trunc('month', opened_on))
       regency, household, kind, date_trunc('month', opened_on)::date AS month, ref, village, opened_on, due_on
FROM referral
WHERE state = 'open'
ORDER BY regency, household, kind, date_trunc('month', opened_on), opened_on, due_on, visit;

CREATE VIEW open_referrals AS
SELECT regency, kind, count(*) AS cases, min(due_on) AS first_due, max(due_on) AS last_due
FROM referral_cases
GROUP BY regency, kind;

CREATE VIEW messages AS
SELECT regency, period, kind, state, reason, count(*) AS messages, sum(families)::bigint AS families
FROM notification
GROUP BY regency, period, kind, state, reason;

CREATE VIEW poverty_beside_coverage AS
SELECT f.regency, f.year, f.percent, f.persons, f.source, s.period, s.households, s.served
FROM poverty_figure f
LEFT JOIN (SELECT regency, period, sum(households)::bigint AS households, sum(served)::bigint AS served
           FROM served_by_class GROUP BY regency, period) s
       ON s.regency = f.regency AND f.year = (SELECT max(year) FROM poverty_figure g WHERE g.regency = f.regency);
COMMENT ON VIEW poverty_beside_coverage IS
    'Published poverty figures; the periods stand beside the newest year. Nothing says that one causes the other.';
