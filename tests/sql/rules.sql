-- What tests/sql/rules.muster decides for each host of a table. Made by musterc sql; make it again when the rules change.
--
-- The table, for those who have none: the lines behind --| make it. NULL is unknown, or not given.
--
--| CREATE TABLE "hosts" (
--|     "host" TEXT PRIMARY KEY,
--|     "group" TEXT CHECK ("group" IN ('null', 'order', 'blue-green')),  -- '; DROP TABLE hosts; -- ); DROP TABLE hosts; --; NULL: unknown
--|     "user" BOOLEAN NOT NULL CHECK ("user" IN (FALSE, TRUE)),  -- */ " \
--|     "quick" BOOLEAN NOT NULL DEFAULT FALSE CHECK ("quick" IN (FALSE, TRUE)),
--|     "cores" BIGINT NOT NULL DEFAULT 4 CHECK ("cores" BETWEEN 1 AND 4096),
--|     "load" BIGINT NOT NULL CHECK ("load" BETWEEN -1000000 AND 9223372036854775806),
--|     "version_major" INTEGER CHECK ("version_major" BETWEEN 0 AND 1048575),
--|     "version_minor" INTEGER CHECK ("version_minor" BETWEEN 0 AND 1048575),
--|     "version_patch" INTEGER CHECK ("version_patch" BETWEEN 0 AND 1048575),  -- NULL: unknown
--|     "kernel_major" INTEGER NOT NULL DEFAULT 5 CHECK ("kernel_major" BETWEEN 0 AND 1048575),
--|     "kernel_minor" INTEGER NOT NULL DEFAULT 10 CHECK ("kernel_minor" BETWEEN 0 AND 1048575),
--|     "kernel_patch" INTEGER NOT NULL DEFAULT 0 CHECK ("kernel_patch" BETWEEN 0 AND 1048575),
--|     "disk" TEXT,  -- NULL: not given
--|     "port" BIGINT CHECK ("port" BETWEEN 1 AND 65535),  -- NULL: not given
--|     "from" TEXT NOT NULL CHECK ("from" IN ('null', 'order', 'blue-green'))
--| );

CREATE VIEW "select" AS
WITH "muster inputs" AS MATERIALIZED (
    SELECT
        h."host" AS "key 1",
        CAST(h."group" AS TEXT) AS "group",
        h."user" = TRUE AS "user",
        COALESCE(h."quick", FALSE) = TRUE AS "quick",
        CAST(COALESCE(h."cores", 4) AS BIGINT) AS "cores",
        CAST(h."load" AS BIGINT) AS "load",
        CASE WHEN h."version_major" IS NULL AND h."version_minor" IS NULL AND h."version_patch" IS NULL THEN NULL ELSE CAST(h."version_major" AS BIGINT) * 1099511627776 + CAST(h."version_minor" AS BIGINT) * 1048576 + CAST(h."version_patch" AS BIGINT) END AS "version",
        CASE WHEN h."kernel_major" IS NULL AND h."kernel_minor" IS NULL AND h."kernel_patch" IS NULL THEN 5497568624640 /* 5.10.0 */ ELSE CAST(h."kernel_major" AS BIGINT) * 1099511627776 + CAST(h."kernel_minor" AS BIGINT) * 1048576 + CAST(h."kernel_patch" AS BIGINT) END AS "kernel",
        h."disk" IS NOT NULL AS "disk",
        CAST(h."port" AS BIGINT) AS "port",
        CAST(h."from" AS TEXT) AS "from",
        CASE
            WHEN h."group" IS NOT NULL AND h."group" NOT IN ('null', 'order', 'blue-green') THEN 'group has no such value'
            WHEN h."user" IS NULL THEN 'user is missing'
            WHEN h."user" IS NOT NULL AND h."user" NOT IN (FALSE, TRUE) THEN 'user has no such value'
            WHEN h."quick" IS NOT NULL AND h."quick" NOT IN (FALSE, TRUE) THEN 'quick has no such value'
            WHEN h."cores" IS NOT NULL AND (CAST(h."cores" AS BIGINT) NOT BETWEEN 1 AND 4096 OR h."cores" <> CAST(h."cores" AS BIGINT)) THEN 'cores has no such value'
            WHEN h."load" IS NULL THEN 'load is missing'
            WHEN h."load" IS NOT NULL AND (CAST(h."load" AS BIGINT) NOT BETWEEN -1000000 AND 9223372036854775806 OR h."load" <> CAST(h."load" AS BIGINT)) THEN 'load has no such value'
            WHEN NOT (h."version_major" IS NULL AND h."version_minor" IS NULL AND h."version_patch" IS NULL) AND (h."version_major" IS NULL OR h."version_major" <> CAST(h."version_major" AS BIGINT) OR CAST(h."version_major" AS BIGINT) NOT BETWEEN 0 AND 1048575 OR h."version_minor" IS NULL OR h."version_minor" <> CAST(h."version_minor" AS BIGINT) OR CAST(h."version_minor" AS BIGINT) NOT BETWEEN 0 AND 1048575 OR h."version_patch" IS NULL OR h."version_patch" <> CAST(h."version_patch" AS BIGINT) OR CAST(h."version_patch" AS BIGINT) NOT BETWEEN 0 AND 1048575) THEN 'version has no such value'
            WHEN NOT (h."kernel_major" IS NULL AND h."kernel_minor" IS NULL AND h."kernel_patch" IS NULL) AND (h."kernel_major" IS NULL OR h."kernel_major" <> CAST(h."kernel_major" AS BIGINT) OR CAST(h."kernel_major" AS BIGINT) NOT BETWEEN 0 AND 1048575 OR h."kernel_minor" IS NULL OR h."kernel_minor" <> CAST(h."kernel_minor" AS BIGINT) OR CAST(h."kernel_minor" AS BIGINT) NOT BETWEEN 0 AND 1048575 OR h."kernel_patch" IS NULL OR h."kernel_patch" <> CAST(h."kernel_patch" AS BIGINT) OR CAST(h."kernel_patch" AS BIGINT) NOT BETWEEN 0 AND 1048575 OR CAST(h."kernel_major" AS BIGINT) * 1099511627776 + CAST(h."kernel_minor" AS BIGINT) * 1048576 + CAST(h."kernel_patch" AS BIGINT) NOT BETWEEN 4398046511104 /* 4.0.0 */ AND 7696581394431 /* 6.1048575.1048575 */) THEN 'kernel has no such value'
            WHEN h."port" IS NOT NULL AND (CAST(h."port" AS BIGINT) NOT BETWEEN 1 AND 65535 OR h."port" <> CAST(h."port" AS BIGINT)) THEN 'port has no such value'
            WHEN h."from" IS NULL THEN 'from is missing'
            WHEN h."from" IS NOT NULL AND h."from" NOT IN ('null', 'order', 'blue-green') THEN 'from has no such value'
        END AS "muster invalid"
    FROM "hosts" AS h
), "muster rows 1" AS MATERIALIZED (
    SELECT s.*,
        -- table: tests/sql/rules.muster:23
        CASE
            WHEN ("group" IS NULL OR "group" = 'null') THEN 1
            WHEN ("group" IS NOT NULL AND "group" = 'order') AND ("cores" <= 8 OR "cores" = 1024) THEN 2
            WHEN ("group" IS NOT NULL AND "group" = 'order') AND (("cores" >= 9 AND "cores" <= 1023) OR "cores" >= 1025) THEN 3
            WHEN ("group" IS NOT NULL AND "group" = 'blue-green') AND ("version" IS NULL OR "version" < 8796093022208 /* 8.0.0 */) THEN 4
            WHEN ("group" IS NOT NULL AND "group" = 'blue-green') AND ("version" IS NOT NULL AND ("version" >= 8796093022208 /* 8.0.0 */ AND "version" < 9895606747136 /* 9.2.0 */)) THEN 5
            WHEN ("group" IS NOT NULL AND "group" = 'blue-green') AND ("version" IS NOT NULL AND "version" >= 9895606747136 /* 9.2.0 */) THEN 6
        END AS "row 1"
    FROM "muster inputs" AS s
), "muster values 1" AS MATERIALIZED (
    SELECT s.*,
        CASE
            WHEN "row 1" IN (1, 5, 6) THEN 'where'
            WHEN "row 1" IN (2, 3) THEN 'as_is'
        END AS "table",
        CASE
            WHEN "row 1" IN (2, 3, 5) THEN 0
            WHEN "row 1" IN (1) THEN 7
            WHEN "row 1" IN (6) THEN 9
        END AS "limit",
        CASE
            WHEN "row 1" IN (2, 3) THEN FALSE
            WHEN "row 1" IN (1, 5, 6) THEN TRUE
        END AS "all"
    FROM "muster rows 1" AS s
), "muster rows 2" AS MATERIALIZED (
    SELECT s.*,
        -- not_null: tests/sql/rules.muster:33
        CASE
            WHEN "all" IS NULL THEN NULL
            WHEN ("all" AND ("quick" OR "disk") AND "from" IN ('null', 'order') AND "port" IS NOT NULL) THEN TRUE
            ELSE FALSE
        END AS "not_null"
    FROM "muster values 1" AS s
), "muster values 2" AS MATERIALIZED (
    SELECT s.*
    FROM "muster rows 2" AS s
), "muster rows 3" AS MATERIALIZED (
    SELECT s.*,
        -- value: tests/sql/rules.muster:35
        CASE
            WHEN "table" IS NULL OR "limit" IS NULL OR "not_null" IS NULL THEN NULL
            WHEN "limit" IN (7, 9) THEN 1
            WHEN "not_null" THEN 2
            WHEN TRUE THEN 3
        END AS "row 2"
    FROM "muster values 2" AS s
), "muster values 3" AS MATERIALIZED (
    SELECT s.*,
        CASE
            WHEN "row 2" IN (1) THEN 'a'
            WHEN "row 2" IN (2) THEN 'b'
            WHEN "row 2" IN (3) THEN 'c'
        END AS "value"
    FROM "muster rows 3" AS s
), "muster refusals" AS MATERIALIZED (
    SELECT s.*,
        CASE
            WHEN ("user" AND "load" <= -10) THEN 1
            WHEN NOT (("kernel" >= 4398050705408 /* 4.4.0 */ OR ("group" IS NOT NULL AND "group" = 'null'))) THEN 2
            WHEN "row 1" = 4 THEN 3
            WHEN ("value" = 'a' AND "quick" AND NOT ("disk")) THEN 4
        END AS "muster refusal"
    FROM "muster values 3" AS s
)
SELECT
    "key 1" AS "host",
    "muster invalid" AS "invalid",
    CASE
        WHEN "muster invalid" IS NOT NULL THEN NULL
        WHEN "muster refusal" = 1 THEN 'it''s ''; DROP TABLE hosts; -- ); DROP TABLE hosts; -- \ '
        WHEN "muster refusal" = 2 THEN '\ ''); DROP TABLE hosts; --'
        WHEN "muster refusal" = 3 THEN 'too "old"'
        WHEN "muster refusal" = 4 THEN 'the second kind'
        ELSE CAST(NULL AS TEXT)
    END AS "refused",
    CASE
        WHEN "muster invalid" IS NOT NULL THEN NULL
        WHEN "muster refusal" = 1 THEN 'tests/sql/rules.muster:20'
        WHEN "muster refusal" = 2 THEN 'tests/sql/rules.muster:21'
        WHEN "muster refusal" = 3 THEN 'tests/sql/rules.muster:28'
        WHEN "muster refusal" = 4 THEN 'tests/sql/rules.muster:42'
        ELSE CAST(NULL AS TEXT)
    END AS "refused_rule",
    CASE WHEN "muster invalid" IS NULL THEN "table" END AS "table",
    CASE WHEN "muster invalid" IS NULL THEN "limit" END AS "limit",
    CASE WHEN "muster invalid" IS NULL THEN "all" END AS "all",
    CASE
        WHEN "muster invalid" IS NOT NULL THEN NULL
        WHEN "row 1" = 1 THEN 'tests/sql/rules.muster:25'
        WHEN "row 1" = 2 THEN 'tests/sql/rules.muster:26'
        WHEN "row 1" = 3 THEN 'tests/sql/rules.muster:27'
        WHEN "row 1" = 4 THEN 'tests/sql/rules.muster:28'
        WHEN "row 1" = 5 THEN 'tests/sql/rules.muster:29'
        WHEN "row 1" = 6 THEN 'tests/sql/rules.muster:30'
        ELSE CAST(NULL AS TEXT)
    END AS "table_rule",
    CASE WHEN "muster invalid" IS NULL THEN "not_null" END AS "not_null",
    CASE WHEN "muster invalid" IS NULL THEN "value" END AS "value",
    CASE
        WHEN "muster invalid" IS NOT NULL THEN NULL
        WHEN "row 2" = 1 THEN 'tests/sql/rules.muster:37'
        WHEN "row 2" = 2 THEN 'tests/sql/rules.muster:38'
        WHEN "row 2" = 3 THEN 'tests/sql/rules.muster:39'
        ELSE CAST(NULL AS TEXT)
    END AS "value_rule"
FROM "muster refusals";
