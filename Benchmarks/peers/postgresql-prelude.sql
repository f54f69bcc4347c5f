CREATE OR REPLACE FUNCTION micros_between(a timestamp, b timestamp) RETURNS bigint
LANGUAGE sql IMMUTABLE
AS 'SELECT CAST(extract(epoch FROM b - a) * 1000000 AS bigint)'
