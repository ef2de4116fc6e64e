-- Statements of the store: the ledger's own, migrations, facts, the log, the manifest.
-- The lake's statements over DuckDB are in lake.sql.

-- name: ledger_begin
-- The write lock is taken now, so that nothing inside a transaction can be busy.
begin immediate;

-- name: ledger_begin_read
begin deferred;

-- name: ledger_commit
commit;

-- name: ledger_rollback
rollback;

-- name: ledger_touch
-- Starts the read view of a deferred transaction.
select count(*) from sqlite_schema;

-- name: ledger_setup
pragma foreign_keys = on;
pragma trusted_schema = off;
pragma temp_store = memory;
pragma cell_size_check = on;
pragma synchronous = full;

-- name: ledger_wal
-- One row: the journal mode in force.
pragma journal_mode = wal;

-- name: ledger_check
-- One row: "ok" or the first complaint.
pragma integrity_check(1);

-- name: ledger_check_links
-- A row for each foreign key without its target.
pragma foreign_key_check;

-- name: migrate_table
-- The record of the steps a ledger has gone through.
create table if not exists store_migration (
    number     integer primary key,
    name       text    not null,
    checksum   text    not null,
    applied_ms integer not null
) strict;

-- name: migrate_list
-- Rows: number, name, checksum, in order.
select number, name, checksum
  from store_migration
 order by number;

-- name: migrate_has_table
-- One row: 1 when the record is there.
select count(*)
  from sqlite_schema
 where type = 'table'
   and name = 'store_migration';

-- name: migrate_add
insert into store_migration (number, name, checksum, applied_ms)
values (:number, :name, :checksum, :applied_ms);

-- name: meta_get
-- At most one row: value.
select value
  from store_meta
 where key = :key;

-- name: meta_put
insert into store_meta (key, value)
values (:key, :value)
    on conflict (key) do update set value = excluded.value;

-- name: log_add
insert into store_log (seq, rows, size, payload, checksum)
values (:seq, :rows, :size, :payload, :checksum);

-- name: log_from
-- Rows: seq, rows, size (bytes before compression), payload, checksum; in order.
select seq, rows, size, payload, checksum
  from store_log
 where seq >= :seq
 order by seq;

-- name: log_trim
delete from store_log
 where seq <= :seq;

-- name: log_size
-- One row: batches, rows, stored bytes.
select count(*), coalesce(sum(rows), 0), coalesce(sum(length(payload)), 0)
  from store_log;

-- name: manifest_add
insert into store_segment
       (dataset, seq_from, seq_to, rows, bytes, min_ms, max_ms, checksum, file)
values (:dataset, :seq_from, :seq_to, :rows, :bytes, :min_ms, :max_ms, :checksum, :file);

-- name: manifest_drop
delete from store_segment
 where id = :id;

-- name: manifest_read
-- Rows: every column of the segments of one dataset, or of all when it is null.
select id, dataset, seq_from, seq_to, rows, bytes, min_ms, max_ms, checksum, file
  from store_segment
 where :dataset is null
    or dataset = :dataset
 order by dataset, seq_from, id;
