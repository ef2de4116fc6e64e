-- Saved analyses (app/saved.h), in the ledger.

-- name: saved_add
insert into app_saved (name, kind, state, made_by, made_ms, changed_by, changed_ms)
values (:name, :kind, :state, :by, :now_ms, :by, :now_ms)

-- name: saved_replace
update app_saved
   set kind = :kind,
       state = :state,
       changed_by = :by,
       changed_ms = :now_ms
 where name = :name

-- name: saved_list
-- By name, of a kind ('': of all): name, kind, state, made_by, made_ms, changed_by, changed_ms.
select name, kind, state, made_by, made_ms, changed_by, changed_ms
  from app_saved
 where :kind = ''
    or kind = :kind
 order by name

-- name: saved_get
-- One by name: the columns of saved_list.
select name, kind, state, made_by, made_ms, changed_by, changed_ms
  from app_saved
 where name = :name

-- name: saved_rename
update app_saved
   set name = :to,
       changed_by = :by,
       changed_ms = :now_ms
 where name = :name

-- name: saved_delete
delete from app_saved
 where name = :name

-- name: saved_count
-- How many there are: one row.
select count(*)
  from app_saved
