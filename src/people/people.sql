-- people: what the fold and the pages read from the lake, and its names, rules and decisions in the ledger.

-- ---- lake ----

-- name: people_identities_after
-- Identities first named after a batch, in order of number: no, kind code, stored value.
select no,
       code_kind(kind) as kind,
       value
  from identity
 where seq > $seq
 order by no

-- name: people_events_after
-- Everything of the events after a batch, for the fold with the seen set.
select time_ms,
       code_event(name) as name,
       identity,
       also,
       code_channel(channel) as channel,
       touchpoint,
       campaign,
       item,
       category,
       order_no,
       quantity,
       unit_price_e4,
       amount_fen,
       score,
       props,
       event_id
  from event
 where seq > $seq

-- name: people_evidence_after
-- The same columns, but those that no evidence class can test left null: cheaper to read.
select time_ms,
       code_event(name) as name,
       identity,
       also,
       code_channel(channel) as channel,
       touchpoint,
       cast(null as varchar) as campaign,
       cast(null as varchar) as item,
       cast(null as varchar) as category,
       order_no,
       quantity,
       unit_price_e4,
       amount_fen,
       score,
       cast(null as varchar) as props,
       cast(null as varchar) as event_id
  from event
 where seq > $seq

-- name: people_orders_of_wanted
-- Purchases and refunds of the wanted identities: the columns of people_events_after.
select e.time_ms,
       code_event(e.name) as name,
       e.identity,
       e.also,
       code_channel(e.channel) as channel,
       e.touchpoint,
       e.campaign,
       e.item,
       e.category,
       e.order_no,
       e.quantity,
       e.unit_price_e4,
       e.amount_fen,
       e.score,
       e.props,
       cast(null as varchar) as event_id
  from event e
  join wanted w on e.identity = w.no
 where e.name in ('purchase', 'refund')

-- name: people_order_rows_of_wanted
-- How many rows people_orders_of_wanted gives.
select count(*)
  from event e
  join wanted w on e.identity = w.no
 where e.name in ('purchase', 'refund')

-- name: people_values_of_wanted
-- Stored values of the wanted identities: no, kind code, stored value.
select i.no,
       code_kind(i.kind) as kind,
       i.value
  from identity i
  join wanted w on i.no = w.no

-- ---- ledger ----

-- name: people_kind_list
-- Own identity kinds: id, name; in order of id.
select id, name
  from people_kind
 order by id

-- name: people_kind_add
insert into people_kind (id, name)
values (:id, :name)

-- name: people_event_name_list
-- Own event names: id (code), name; in order of id.
select id, name
  from people_event_name
 order by id

-- name: people_event_name_add
insert into people_event_name (id, name, first_ms)
values (:id, :name, :first_ms)

-- name: people_channel_list
-- Own channels: id (code), name; in order of id.
select id, name
  from people_channel
 order by id

-- name: people_channel_add
insert into people_channel (id, name)
values (:id, :name)

-- name: people_rule_list
-- Rules that were changed from the defaults: kind, priority, strength, cap, max, personal.
select kind, priority, strength, cap, max, personal
  from people_identity_rule
 order by kind

-- name: people_rule_put
insert into people_identity_rule (kind, priority, strength, cap, max, personal)
values (:kind, :priority, :strength, :cap, :max, :personal)
on conflict (kind) do update
   set priority = excluded.priority,
       strength = excluded.strength,
       cap = excluded.cap,
       max = excluded.max,
       personal = excluded.personal

-- name: people_split_add
insert into people_split (at_ms, reason)
values (:at_ms, :reason)

-- name: people_split_link_add
insert into people_split_link (split_id, a_no, b_no)
values (:split_id, :a_no, :b_no)

-- name: people_split_undo
update people_split
   set undone_ms = :at_ms
 where id = :id
   and undone_ms is null

-- name: people_split_links
-- All cut pairs ever: a_no, b_no, active (1 when any split that names the pair still holds).
select l.a_no, l.b_no, max(s.undone_ms is null)
  from people_split_link l
  join people_split s on s.id = l.split_id
 group by l.a_no, l.b_no
 order by l.a_no, l.b_no

-- name: people_join_add
insert into people_join (a_no, b_no, at_ms, reason)
values (:a_no, :b_no, :at_ms, :reason)

-- name: people_join_undo
update people_join
   set undone_ms = :at_ms
 where id = :id
   and undone_ms is null

-- name: people_join_list
-- Operator joins in the order they were made: a_no, b_no, active.
select a_no, b_no, undone_ms is null
  from people_join
 order by id

-- name: people_setting_get
-- One setting of the brand: value.
select value
  from brand_setting
 where key = :key

-- name: people_setting_put
insert into brand_setting (key, value)
values (:key, :value)
on conflict (key) do update
   set value = excluded.value

-- name: people_model_add
insert into aipl_model (version, name, text, applied_ms)
values ((select coalesce(max(version), 0) + 1 from aipl_model), :name, :text, :applied_ms)
