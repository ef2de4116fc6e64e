-- Sets of identity numbers with their history (who/roster_set.h), in the ledger.

-- name: who_set_add
insert into who_set (from_day, next_until)
values (null, null)

-- name: who_set_get
-- One set: from_day, next_until (either may be null).
select from_day, next_until
  from who_set
 where id = :id

-- name: who_set_put
update who_set
   set from_day = :from_day,
       next_until = :next_until
 where id = :id

-- name: who_set_delete
delete from who_set
 where id = :id

-- name: who_set_chunks
-- The chunks of a set, in order: chunk, bytes.
select chunk, bytes
  from who_set_chunk
 where set_id = :id
 order by chunk

-- name: who_set_chunk_get
-- One chunk of a set: bytes.
select bytes
  from who_set_chunk
 where set_id = :id
   and chunk = :chunk

-- name: who_set_chunk_put
insert into who_set_chunk (set_id, chunk, numbers, bytes)
values (:id, :chunk, :numbers, :bytes)
on conflict (set_id, chunk) do update
   set numbers = excluded.numbers,
       bytes = excluded.bytes

-- name: who_set_chunk_drop
delete from who_set_chunk
 where set_id = :id
   and chunk = :chunk

-- name: who_set_chunks_drop
delete from who_set_chunk
 where set_id = :id

-- name: who_set_chunks_at
-- One chunk of every set that has it, of sets whose chunks hold on a day: set id, bytes.
select k.set_id, k.bytes
  from who_set_chunk k
  join who_set s on s.id = k.set_id
 where k.chunk = :chunk
   and coalesce(s.from_day, :day) <= :day
   and coalesce(s.next_until, :day + 1) > :day

-- name: who_set_stale
-- Sets whose chunks do not hold on a day: id.
select id
  from who_set
 where from_day > :day
    or next_until <= :day
 order by id

-- name: who_set_change_add
insert into who_set_change (set_id, day, until, at_ms, source, who, note, added, removed, added_bytes, removed_bytes)
values (:id, :day, :until, :at_ms, :source, :who, :note, :added, :removed, :added_bytes, :removed_bytes)

-- name: who_set_changes
-- The changes of a set, oldest first: id, day, until, at_ms, source, who, note, added, removed, added_bytes, removed_bytes.
select id, day, until, at_ms, source, who, note, added, removed, added_bytes, removed_bytes
  from who_set_change
 where set_id = :id
 order by id

-- name: who_set_comings
-- The changes of a set in which numbers came in, newest first: id, day, until, at_ms, source, who, note, added, removed, added_bytes.
select id, day, until, at_ms, source, who, note, added, removed, added_bytes
  from who_set_change
 where set_id = :id
   and added > 0
 order by id desc

-- name: who_set_due
-- Sets in which something has expired by a day: id.
select id
  from who_set
 where next_until <= :day
 order by id

-- name: who_set_sizes
-- What all sets take: bytes of chunks, bytes of changes, numbers in chunks.
select (select coalesce(sum(length(bytes)), 0) from who_set_chunk),
       (select coalesce(sum(coalesce(length(added_bytes), 0) + coalesce(length(removed_bytes), 0)), 0)
          from who_set_change),
       (select coalesce(sum(numbers), 0) from who_set_chunk)
