-- What tests/sql/small.muster decides for each host of a table. Made by musterc sql; make it again when the rules change.
--
-- The table, for those who have none: the lines behind --| make it. NULL is unknown, or not given.
--
--| CREATE TABLE "hosts" (
--|     "host" TEXT PRIMARY KEY,
--|     "os" TEXT CHECK ("os" IN ('linux', 'macos')),  -- operating system; NULL: unknown
--|     "kvm" BOOLEAN NOT NULL CHECK ("kvm" IN (FALSE, TRUE))  -- the KVM check passed
--| );

CREATE VIEW "small" AS
WITH "muster inputs" AS MATERIALIZED (
    SELECT
        h."host" AS "key 1",
        CAST(h."os" AS TEXT) AS "os",
        h."kvm" = TRUE AS "kvm",
        CASE
            WHEN h."os" IS NOT NULL AND h."os" NOT IN ('linux', 'macos') THEN 'os has no such value'
            WHEN h."kvm" IS NULL THEN 'kvm is missing'
            WHEN h."kvm" IS NOT NULL AND h."kvm" NOT IN (FALSE, TRUE) THEN 'kvm has no such value'
        END AS "muster invalid"
    FROM "hosts" AS h
), "muster rows 1" AS MATERIALIZED (
    SELECT s.*,
        -- accel: tests/sql/small.muster:9
        CASE
            WHEN ("os" IS NOT NULL AND "os" = 'linux') AND "kvm" THEN 1
            WHEN ("os" IS NOT NULL AND "os" = 'linux') AND NOT "kvm" THEN 2
            WHEN ("os" IS NULL OR "os" = 'macos') THEN 3
        END AS "row 1"
    FROM "muster inputs" AS s
), "muster values 1" AS MATERIALIZED (
    SELECT s.*,
        CASE
            WHEN "row 1" IN (1) THEN 'kvm'
            WHEN "row 1" IN (2, 3) THEN 'tcg'
        END AS "accel"
    FROM "muster rows 1" AS s
), "muster refusals" AS MATERIALIZED (
    SELECT s.*,
        CASE
            WHEN (("os" IS NOT NULL AND "os" = 'macos') AND NOT ("kvm")) THEN 1
        END AS "muster refusal"
    FROM "muster values 1" AS s
)
SELECT
    "key 1" AS "host",
    "muster invalid" AS "invalid",
    CASE
        WHEN "muster invalid" IS NOT NULL THEN NULL
        WHEN "muster refusal" = 1 THEN 'a Mac without KVM'
        ELSE CAST(NULL AS TEXT)
    END AS "refused",
    CASE
        WHEN "muster invalid" IS NOT NULL THEN NULL
        WHEN "muster refusal" = 1 THEN 'tests/sql/small.muster:16'
        ELSE CAST(NULL AS TEXT)
    END AS "refused_rule",
    CASE WHEN "muster invalid" IS NULL THEN "accel" END AS "accel",
    CASE
        WHEN "muster invalid" IS NOT NULL THEN NULL
        WHEN "row 1" = 1 THEN 'tests/sql/small.muster:11'
        WHEN "row 1" = 2 THEN 'tests/sql/small.muster:12'
        WHEN "row 1" = 3 THEN 'tests/sql/small.muster:13'
        ELSE CAST(NULL AS TEXT)
    END AS "accel_rule"
FROM "muster refusals";
