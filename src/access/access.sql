-- access: keys, users, sessions, the audit trail, kept replies.

-- name: access_version_read
-- One row: the count of changes.
select version
  from access_version;

-- name: access_version_up
update access_version
   set version = version + 1;

-- ---- keys ----

-- name: access_key_add
insert into access_key (name, kind, role, prefix, digest, made_ms)
values (:name, :kind, :role, :prefix, :digest, :made_ms);

-- name: access_key_named
-- At most one row: id of the key in force with this name.
select id
  from access_key
 where name = :name
   and revoked_ms is null;

-- name: access_key_numbered
-- At most one row: id, name of the key in force with this number.
select id, name
  from access_key
 where id = :id
   and revoked_ms is null;

-- name: access_key_count
-- One row: keys in force.
select count(*)
  from access_key
 where revoked_ms is null;

-- name: access_key_end
update access_key
   set revoked_ms = :now_ms
 where id = :id;

-- name: access_key_list
-- Rows: every column but the digest, in order of making.
select id, name, kind, role, prefix, made_ms, revoked_ms, used_ms
  from access_key
 order by id;

-- name: access_key_in_force
-- Rows: id, name, kind, role, digest, made_ms, used_ms of the keys in force.
select id, name, kind, role, digest, made_ms, used_ms
  from access_key
 where revoked_ms is null;

-- name: access_key_used
update access_key
   set used_ms = :used_ms
 where id = :id
   and coalesce(used_ms, 0) < :used_ms;

-- ---- users ----

-- name: access_user_add
insert into access_user (name, role, password, made_ms)
values (:name, :role, :password, :made_ms);

-- name: access_user_named
-- At most one row: id, name, role, password of the user in force with this name.
select id, name, role, password
  from access_user
 where lower(name) = lower(:name)
   and disabled_ms is null;

-- name: access_user_count
-- One row: users in force.
select count(*)
  from access_user
 where disabled_ms is null;

-- name: access_user_owners
-- One row: owners in force.
select count(*)
  from access_user
 where role = 'owner'
   and disabled_ms is null;

-- name: access_user_set_role
update access_user
   set role = :role
 where id = :id;

-- name: access_user_set_password
update access_user
   set password = :password
 where id = :id;

-- name: access_user_end
update access_user
   set disabled_ms = :now_ms
 where id = :id;

-- name: access_user_list
-- Rows: every column but the password, in order of making.
select id, name, role, made_ms, seen_ms, disabled_ms
  from access_user
 order by id;

-- name: access_user_seen
update access_user
   set seen_ms = :seen_ms
 where id = :id
   and coalesce(seen_ms, 0) < :seen_ms;

-- ---- the link of the first owner ----

-- name: access_link_put
insert into access_link (id, digest, made_ms)
values (1, :digest, :made_ms)
    on conflict (id) do update set digest = excluded.digest, made_ms = excluded.made_ms;

-- name: access_link_read
-- At most one row: digest, made_ms.
select digest, made_ms
  from access_link;

-- name: access_link_drop
delete from access_link;

-- ---- sessions ----

-- name: access_session_add
insert into access_session (digest, user_id, made_ms, used_ms)
values (:digest, :user_id, :now_ms, :now_ms);

-- name: access_session_sweep
-- Those that no longer hold.
delete from access_session
 where used_ms <= :used_before
    or made_ms <= :made_before;

-- name: access_session_cap
-- Of one user: all but the :keep that were used last.
delete from access_session
 where user_id = :user_id
   and digest not in (select digest
                        from access_session
                       where user_id = :user_id
                       order by used_ms desc, digest
                       limit :keep);

-- name: access_session_owner
-- At most one row: id, name, role of the user in force whose session it is.
select u.id, u.name, u.role
  from access_session s
  join access_user u on u.id = s.user_id
 where s.digest = :digest
   and u.disabled_ms is null;

-- name: access_session_drop
delete from access_session
 where digest = :digest;

-- name: access_session_drop_of
delete from access_session
 where user_id = :user_id;

-- name: access_session_drop_others
-- Of one user: all but this one.
delete from access_session
 where user_id = :user_id
   and digest <> :digest;

-- name: access_session_of
-- Rows, last used first: digest, made_ms, used_ms of a user's sessions that hold.
select digest, made_ms, used_ms
  from access_session
 where user_id = :user_id
   and used_ms > :used_after
   and made_ms > :made_after
 order by used_ms desc, digest;

-- name: access_session_live
-- Rows: user's id, name, role, then digest, made_ms, used_ms of the sessions of users in force.
select u.id, u.name, u.role, s.digest, s.made_ms, s.used_ms
  from access_session s
  join access_user u on u.id = s.user_id
 where u.disabled_ms is null
   and s.made_ms > :made_after;

-- name: access_session_used
update access_session
   set used_ms = :used_ms
 where digest = :digest
   and used_ms < :used_ms;

-- name: access_failure_sweep
delete from access_failure
 where at_ms <= :before_ms;

-- name: access_failures_of_name
-- One row: a name's failures after a moment.
select count(*)
  from access_failure
 where name = :name
   and at_ms > :after_ms;

-- name: access_failures_of_address
-- One row: an address's failures after a moment.
select count(*)
  from access_failure
 where address = :address
   and at_ms > :after_ms;

-- name: access_failure_add
insert into access_failure (at_ms, name, address)
values (:at_ms, :name, :address);

-- name: access_failure_drop
delete from access_failure
 where name = :name
   and address = :address;

-- name: access_failure_drop_name
delete from access_failure
 where name = :name;

-- ---- the audit trail ----

-- name: audit_add
insert into access_audit (id, at_ms, who, address, action, detail, outcome, hash)
values (:id, :at_ms, :who, :address, :action, :detail, :outcome, :hash);

-- name: audit_head
-- At most one row: entry, hash of the newest as kept beside the trail.
select entry, hash
  from access_audit_head;

-- name: audit_head_put
insert into access_audit_head (one, entry, hash)
values (1, :entry, :hash)
    on conflict (one) do update set entry = excluded.entry, hash = excluded.hash;

-- name: audit_newest
-- At most one row: id, hash of the newest in the trail.
select id, hash
  from access_audit
 order by id desc
 limit 1;

-- name: audit_before
-- Rows, newest first: all columns but the hash. Empty texts pass all; who and action may be parts.
select id, at_ms, who, address, action, detail, outcome
  from access_audit
 where id < :before
   and at_ms >= :from_ms
   and at_ms < :to_ms
   and instr(who, :who) > 0
   and instr(action, :action) > 0
   and (:outcome = '' or outcome = :outcome)
 order by id desc
 limit :most;

-- name: audit_all
-- Rows, oldest first: all columns.
select id, at_ms, who, address, action, detail, outcome, hash
  from access_audit
 order by id;

-- ---- replies kept for retries ----

-- name: reply_find
-- At most one row: request, status, reply, at_ms.
select request, status, reply, at_ms
  from access_reply
 where who = :who
   and key = :key;

-- name: reply_put
insert into access_reply (who, key, request, status, reply, at_ms)
values (:who, :key, :request, :status, :reply, :at_ms)
    on conflict (who, key) do update
   set request = excluded.request,
       status = excluded.status,
       reply = excluded.reply,
       at_ms = excluded.at_ms;

-- name: reply_drop
-- A claim only: what was kept stays.
delete from access_reply
 where who = :who
   and key = :key
   and status = 0;

-- name: reply_sweep
delete from access_reply
 where at_ms <= :before_ms;

-- name: reply_cap
-- All but the :keep newest.
delete from access_reply
 where id <= (select id
                from access_reply
               order by id desc
               limit 1 offset :keep);
