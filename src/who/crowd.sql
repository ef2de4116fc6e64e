-- Crowds (who/crowd.h), in the ledger.

-- name: who_crowd_add
insert into who_crowd (name, question, note, created_ms)
values (:name, :question, :note, :created_ms)

-- name: who_crowd_list
-- Crowds by name: id, name, question, note, created_ms, set_id, frozen_ms, frozen_day.
select id, name, question, note, created_ms, set_id, frozen_ms, frozen_day
  from who_crowd
 order by name

-- name: who_crowd_get
-- One crowd by name: the columns of who_crowd_list.
select id, name, question, note, created_ms, set_id, frozen_ms, frozen_day
  from who_crowd
 where name = :name

-- name: who_crowd_rename
update who_crowd
   set name = :name
 where id = :id

-- name: who_crowd_change
update who_crowd
   set question = :question,
       note = :note
 where id = :id

-- name: who_crowd_freeze
update who_crowd
   set set_id = :set_id,
       frozen_ms = :at_ms,
       frozen_day = :day
 where id = :id

-- name: who_crowd_delete
delete from who_crowd
 where id = :id

-- name: who_crowd_size_add
insert into who_crowd_size (crowd_id, day, at_ms, consumers)
values (:id, :day, :at_ms, :consumers)
on conflict (crowd_id, at_ms) do update
   set consumers = excluded.consumers

-- name: who_crowd_sizes
-- How a crowd was counted, oldest first: day, at_ms, consumers.
select day, at_ms, consumers
  from who_crowd_size
 where crowd_id = :id
 order by at_ms

-- name: who_crowd_size_last
-- The last count of a crowd: day, at_ms, consumers; no row: it was never counted.
select day, at_ms, consumers
  from who_crowd_size
 where crowd_id = :id
 order by at_ms desc
 limit 1

-- name: who_crowd_size_before
-- The last count of a crowd as of an earlier day: day, at_ms, consumers; no row: there is none.
select day, at_ms, consumers
  from who_crowd_size
 where crowd_id = :id
   and day < :day
 order by day desc, at_ms desc
 limit 1

-- name: who_crowd_of_set
-- The crowd whose list a set is: name.
select name
  from who_crowd
 where set_id = :set_id
