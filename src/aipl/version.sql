-- name: aipl_model_current
-- The stage model in force. At most one row: version, name, text, applied_ms.
select version, name, text, applied_ms
  from aipl_model
 order by version desc
 limit 1;

-- name: aipl_model_list
-- Every version, oldest first: version, name, text, applied_ms.
select version, name, text, applied_ms
  from aipl_model
 order by version;

-- name: aipl_model_add
-- Adds a version behind the newest. One row: its number.
insert into aipl_model (version, name, text, applied_ms)
select coalesce(max(version), 0) + 1, :name, :text, :applied_ms
  from aipl_model
returning version;
