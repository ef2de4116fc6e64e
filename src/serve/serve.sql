-- What came from where (live_source.c), in the ledger.

-- name: serve_source_add
-- One row, as it is then: accepted, duplicates, rejected, since_ms.
insert into serve_source (source, key_id, key_name, accepted, duplicates, rejected, since_ms, last_ms)
values (:source, :key_id, :key_name, :accepted, :duplicates, :rejected, :since_ms, :last_ms)
    on conflict (source, key_id) do update
   set key_name = excluded.key_name,
       accepted = serve_source.accepted + excluded.accepted,
       duplicates = serve_source.duplicates + excluded.duplicates,
       rejected = serve_source.rejected + excluded.rejected,
       last_ms = max(serve_source.last_ms, excluded.last_ms)
returning accepted, duplicates, rejected, since_ms

-- name: serve_source_list
-- The :most that were heard last: source, key_id, key_name, accepted, duplicates, rejected, since_ms, last_ms.
select source, key_id, key_name, accepted, duplicates, rejected, since_ms, last_ms
  from serve_source
 order by last_ms desc
 limit :most
