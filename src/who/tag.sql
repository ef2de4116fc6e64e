-- Tags and their values (who/tag.h), in the ledger.

-- name: who_tag_add
insert into who_tag (category, name, value_kind, source, rule, expiry_days, note, created_ms)
values (:category, :name, :value_kind, :source, :rule, :expiry_days, :note, :created_ms)

-- name: who_tag_list
-- Tags by category and name: id, category, name, value_kind, source, rule, expiry_days, note, created_ms, fresh_ms, fresh_day, fresh_seq.
select id, category, name, value_kind, source, rule, expiry_days, note, created_ms, fresh_ms, fresh_day, fresh_seq
  from who_tag
 order by category, name

-- name: who_tag_named
-- Tags of a name in any category, or in one: the columns of who_tag_list.
select id, category, name, value_kind, source, rule, expiry_days, note, created_ms, fresh_ms, fresh_day, fresh_seq
  from who_tag
 where name = :name
   and category = coalesce(:category, category)
 order by category

-- name: who_tag_count
-- How many tags there are.
select count(*)
  from who_tag

-- name: who_tag_rename
update who_tag
   set category = :category,
       name = :name
 where id = :id

-- name: who_tag_change
update who_tag
   set rule = :rule,
       note = :note
 where id = :id

-- name: who_tag_fresh
update who_tag
   set fresh_ms = :at_ms,
       fresh_day = :day,
       fresh_seq = :seq
 where id = :id

-- name: who_tag_delete
delete from who_tag
 where id = :id

-- name: who_tag_values
-- The values of a tag, in order: id, value, set_id.
select id, value, set_id
  from who_tag_value
 where tag_id = :id
 order by value

-- name: who_tag_value_get
-- One value of a tag: set_id.
select set_id
  from who_tag_value
 where tag_id = :id
   and value = :value

-- name: who_tag_value_count
-- How many values a tag has.
select count(*)
  from who_tag_value
 where tag_id = :id

-- name: who_tag_value_add
insert into who_tag_value (tag_id, value, set_id)
values (:id, :value, :set_id)

-- name: who_tag_values_delete
delete from who_tag_value
 where tag_id = :id

-- name: who_tag_of_set
-- The tag value that a set belongs to: tag id, category, name, value, value_kind; no row: the set is something else's.
select t.id, t.category, t.name, v.value, t.value_kind
  from who_tag_value v
  join who_tag t on t.id = v.tag_id
 where v.set_id = :set_id
