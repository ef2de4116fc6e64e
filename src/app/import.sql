-- name: import_run_start
-- A new run. No rows.
insert into import_run (name, path, size, fingerprint, format, mapping, started_ms, status)
values (:name, :path, :size, :fingerprint, :format, :mapping, :now_ms, 'running');

-- name: import_run_update
-- How far a run has come. No rows.
update import_run
   set position = :position, rows = :rows, accepted = :accepted, duplicates = :duplicates,
       rejected = :rejected, anonymous = :anonymous, status = :status, finished_ms = :finished_ms
 where id = :id;

-- name: import_run_last
-- The latest run of a file: status, position, finished_ms (may be null). At most one row.
select status, position, coalesce(finished_ms, started_ms)
  from import_run
 where fingerprint = :fingerprint
   and id <> :id
 order by id desc
 limit 1;

-- name: import_mapping_put
-- Keeps a mapping under a name. No rows.
insert into import_mapping (name, json)
values (:name, :json)
    on conflict (name) do update set json = excluded.json;

-- name: import_mapping_get
-- A saved mapping: json. At most one row.
select json
  from import_mapping
 where name = :name;

-- name: import_mapping_all
-- All saved mappings: name, json.
select name, json
  from import_mapping
 order by name;

-- name: import_mapping_rename
-- No rows.
update import_mapping
   set name = :to
 where name = :name;

-- name: import_mapping_delete
-- No rows.
delete from import_mapping
 where name = :name;

-- name: import_run_page
-- Imports, newest first, below an id (0: all): id, name, size, format, status, started_ms, finished_ms, rows, accepted, duplicates, rejected, anonymous.
select id, name, size, format, status, started_ms, coalesce(finished_ms, 0), rows, accepted, duplicates, rejected, anonymous
  from import_run
 where :before = 0
    or id < :before
 order by id desc
 limit :limit;
