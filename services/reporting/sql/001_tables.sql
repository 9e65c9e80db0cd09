-- The current state of every kind of record that reporting reads. Each table's primary key is the record's key in its
-- topic, regency first: nothing orders two partitions. No foreign keys: the order between topics is not defined.
-- Codes are Kemendagri digits as numbers, instants are timestamptz, words are those of the contract.

CREATE TABLE sink_offset (
    topic    text    NOT NULL,
    part     integer NOT NULL,
    next_off bigint  NOT NULL,
    epoch    bigint  NOT NULL,
    PRIMARY KEY (topic, part)
);
COMMENT ON TABLE sink_offset IS
    'Where reading goes on, moved in the same transaction as the rows. epoch fences a process that lost the partition.';

CREATE TABLE region (
    regency integer PRIMARY KEY,
    name    text NOT NULL
);
CREATE TABLE village (
    village  bigint  PRIMARY KEY,
    regency  integer NOT NULL,
    district integer NOT NULL,
    name     text    NOT NULL
);

-- registry -----------------------------------------------------------------------------------------------------------
CREATE TABLE household (
    regency integer, household text, ref text NOT NULL, village bigint, decile_national smallint,
    decile_province smallint, decile_regency smallint, dtsen text NOT NULL, members integer, band smallint NOT NULL,
    status text NOT NULL, was text,
    PRIMARY KEY (regency, household)
);
CREATE TABLE asn (
    regency integer, asn text, ref text NOT NULL, employment text NOT NULL, grade text, position text NOT NULL,
    unit text NOT NULL, home_village bigint, work_village bigint, household text, status text NOT NULL,
    version bigint NOT NULL, was text,
    PRIMARY KEY (regency, asn)
);
CREATE TABLE donation (
    regency integer, partner text, donation text, partner_name text NOT NULL, partner_kind text NOT NULL,
    period text NOT NULL, packages integer NOT NULL, earmark_villages bigint[] NOT NULL,
    earmark_districts integer[] NOT NULL, earmark_deciles smallint[] NOT NULL, base_village bigint,
    state text NOT NULL, version bigint NOT NULL,
    PRIMARY KEY (regency, partner, donation)
);
CREATE TABLE period (
    regency integer, period text, state text, programme text NOT NULL, item text NOT NULL, deciles smallint[] NOT NULL,
    decile_basis text NOT NULL, distribution_from date NOT NULL, distribution_to date NOT NULL, report_by date NOT NULL,
    lambda_m integer NOT NULL, seed text NOT NULL, edition text, roster bigint,
    PRIMARY KEY (regency, period, state)
);
CREATE TABLE delivery (
    regency integer, visit text, period text NOT NULL, household text NOT NULL, giver_kind text NOT NULL,
    giver text NOT NULL, outcome text NOT NULL, packages integer NOT NULL, visited_on date NOT NULL,
    PRIMARY KEY (regency, visit)
);

-- visit, referral, tally ---------------------------------------------------------------------------------------------
CREATE TABLE visit (
    regency integer, visit text, period text NOT NULL, village bigint NOT NULL, household text NOT NULL,
    giver_kind text NOT NULL, giver text NOT NULL, visited_on date NOT NULL, reported_at timestamptz NOT NULL,
    outcome text NOT NULL, packages integer NOT NULL, has_findings boolean NOT NULL, alone boolean, health text,
    dropouts integer, child text[] NOT NULL, regular_aid text[] NOT NULL, house text, other boolean,
    PRIMARY KEY (regency, visit)
);
CREATE TABLE referral (
    regency integer, visit text, kind text, household text NOT NULL, ref text, village bigint NOT NULL,
    opened_on date NOT NULL, due_on date NOT NULL, state text NOT NULL,
    PRIMARY KEY (regency, visit, kind)
);
CREATE TABLE tally (
    topic text, part integer, next_off bigint, from_off bigint NOT NULL,
    PRIMARY KEY (topic, part, next_off)
);
CREATE TABLE tally_count (
    topic text, part integer, next_off bigint, line integer, source text, type text, accepted bigint NOT NULL,
    duplicate bigint NOT NULL, stale bigint NOT NULL, rejected jsonb NOT NULL, warnings jsonb NOT NULL,
    PRIMARY KEY (topic, part, next_off, line)
);

-- decision -----------------------------------------------------------------------------------------------------------
CREATE TABLE assignment (
    regency integer, period text, household text, revision integer NOT NULL, household_ref text NOT NULL,
    village bigint, giver_kind text, giver text, giver_ref text, state text NOT NULL, reason text,
    decile smallint NOT NULL, band smallint NOT NULL, waiting smallint NOT NULL, distance_m integer,
    PRIMARY KEY (regency, period, household)
);
CREATE TABLE plan (
    regency integer, period text, revision integer, trigger text NOT NULL, part integer NOT NULL, off bigint NOT NULL,
    distribution_from date, distribution_to date, report_by date, changed bigint NOT NULL, asn_givers bigint,
    asn_packages bigint, partner_packages bigint, part_time_excluded bigint, stale bigint, surplus_asn bigint,
    surplus_partner bigint, surplus_stranded bigint, over bigint, unserved bigint, unmatched bigint, digest text,
    idle_givers bigint, kept bigint, keepable bigint, distance_m bigint, distance_p50_m integer, distance_p95_m integer,
    demand_unknown bigint, demand_stale bigint, feasible boolean, optimal boolean, is_unique boolean,
    demand jsonb, coverage jsonb, fairness jsonb, rule jsonb,
    PRIMARY KEY (regency, period, revision)
);

-- notification -------------------------------------------------------------------------------------------------------
CREATE TABLE notification (
    regency integer, notification text, period text NOT NULL, giver_kind text NOT NULL, giver text NOT NULL,
    kind text NOT NULL, round text NOT NULL, attempt integer NOT NULL, families integer NOT NULL, state text NOT NULL,
    reason text, gateway_id text, at timestamptz NOT NULL,
    PRIMARY KEY (regency, notification)
);

-- published figures --------------------------------------------------------------------------------------------------
CREATE TABLE poverty_figure (
    regency integer, year integer, percent numeric(4, 2) NOT NULL, persons integer, source text NOT NULL,
    PRIMARY KEY (regency, year)
);
INSERT INTO poverty_figure (regency, year, percent, persons, source) VALUES
    (3510, 2021, 8.07, NULL, 'BPS'),
    (3510, 2022, 7.51, NULL, 'BPS'),
    (3510, 2023, 7.34, 119520, 'BPS'),
    (3510, 2024, 6.54, 106610, 'BPS'),
    (3510, 2025, 6.13, NULL, 'BPS');
