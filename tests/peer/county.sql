-- The county's hazards in a schema of its own, as somebody would lay it out who lets a ready-made server answer from it: plain
-- tables with foreign keys, an index for each question, and the two acts as functions. There are no rules, no numbers, no
-- counters, no search, and nobody signs in.

DROP SCHEMA IF EXISTS peer CASCADE;
CREATE SCHEMA peer;

CREATE TABLE peer.unit (
    id   uuid PRIMARY KEY,
    name text NOT NULL
);

CREATE TABLE peer.hazard (
    id           uuid    PRIMARY KEY,
    opened       bigint  NOT NULL,
    number       bigint  NOT NULL,
    version      integer NOT NULL,
    status       text    NOT NULL,
    title        text    NOT NULL,
    place        text    NOT NULL,
    holder_name  text,
    township     text    NOT NULL,
    committee_id uuid    REFERENCES peer.unit,
    lead_unit_id uuid    REFERENCES peer.unit,
    reported_on  date    NOT NULL,
    due_on       date,
    runs_until   date,
    closed_on    date
);

CREATE TABLE peer.event (
    hazard_id   uuid        NOT NULL REFERENCES peer.hazard,
    seq         integer     NOT NULL,
    event       text        NOT NULL,
    occurred_on date        NOT NULL,
    recorded_at timestamptz NOT NULL,
    person      uuid        NOT NULL,
    role        text        NOT NULL,
    unit        uuid        NOT NULL,
    body        text        NOT NULL,
    PRIMARY KEY (hazard_id, seq)
);

INSERT INTO peer.unit
SELECT committee, '专业委员会 ' || committee FROM public.hazard WHERE committee IS NOT NULL GROUP BY committee
UNION
SELECT lead_unit, '牵头责任单位 ' || lead_unit FROM public.hazard WHERE lead_unit IS NOT NULL GROUP BY lead_unit;

INSERT INTO peer.hazard
SELECT id, opened, number, version, status, title, place, holder_name, township, committee, lead_unit, reported_on, due_on,
       running_due_on, closed_on
FROM public.hazard WHERE county = '431123';

INSERT INTO peer.event
SELECT subject, seq, event, occurred_on, recorded_at, person, role, unit, body
FROM public.ledger_entry WHERE county = '431123' AND subject_kind = 'HAZARD';

CREATE INDEX ON peer.hazard (committee_id, opened, runs_until) WHERE closed_on IS NULL;
CREATE INDEX ON peer.hazard (lead_unit_id);

CREATE FUNCTION peer.overdue_hazards(committee uuid, day date) RETURNS SETOF peer.hazard LANGUAGE sql STABLE AS $$
    SELECT * FROM peer.hazard
    WHERE committee_id = committee AND closed_on IS NULL AND runs_until < day ORDER BY opened DESC
$$;

CREATE FUNCTION peer.closure(day date)
RETURNS TABLE (committee_id uuid, township text, status text, hazards bigint, overdue bigint) LANGUAGE sql STABLE AS $$
    SELECT committee_id, township, status, count(*), count(*) FILTER (WHERE runs_until < day)
    FROM peer.hazard GROUP BY committee_id, township, status
$$;

CREATE FUNCTION peer.report_hazard(id uuid, title text, place text, township text, day date, person uuid, body text)
RETURNS peer.hazard LANGUAGE sql VOLATILE AS $$
    WITH hazard AS (
        INSERT INTO peer.hazard (id, opened, number, version, status, title, place, township, reported_on)
        VALUES (id, 9223372036854775807, 9223372036854775807, 1, 'REPORTED', title, place, township, day)
        RETURNING *
    ), event AS (
        INSERT INTO peer.event SELECT hazard.id, 1, 'HazardReported', day, now(), person, 'INSPECTOR', person, body FROM hazard
    )
    SELECT * FROM hazard
$$;

CREATE FUNCTION peer.list_hazard(id uuid, seen integer, day date, person uuid, body text)
RETURNS peer.hazard LANGUAGE sql VOLATILE AS $$
    WITH hazard AS (
        UPDATE peer.hazard h SET version = seen + 1, status = 'LISTED'
        WHERE h.id = list_hazard.id AND h.version = seen
        RETURNING *
    ), event AS (
        INSERT INTO peer.event
        SELECT hazard.id, hazard.version, 'HazardListed', day, now(), person, 'OFFICE_CLERK', person, body FROM hazard
    )
    SELECT * FROM hazard
$$;

ANALYZE;
