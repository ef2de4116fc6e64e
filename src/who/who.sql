-- who: a question as one statement over the lake (who/sql.h). Pieces with holes: {name} is filled with other pieces,
-- with numbers of ours and with names of parameters, never with anything from outside. Every piece but who_statement
-- and the views is a node: a list of the consumers a part of the question holds for.
-- Views, in the order they build on each other:
--   event, identity   the lake's (people/stored.h)
--   person, span, refunded, mark, score   tails of the world (people/stored.c)
--   known      events of consumers up to the end of the day asked about, with their day
--   everyone   the consumers known then
--   live       known without purchases that are refunded in full by then; where there are none, known is read

-- name: who_statement
with {views}{nodes}
select e.consumer
  from everyone e
 where {truth}

-- ---- views ----

-- name: who_known
known as (
  select p.consumer, {columns},
         {day} as day
    from event e
    join person p on p.identity = e.identity
   where e.time_ms < {end_ms} and {day} <= {as_of})

-- name: who_everyone
everyone as (
  select k.consumer
    from known k
   group by k.consumer)

-- name: who_day
-- The day of an instant under one offset to UTC.
cast(floor((e.time_ms + {offset_ms}) / 86400000.0) as integer)

-- name: who_live_orders
-- Refunded purchases all name their order.
live as (
  select k.consumer, {columns}, k.day
    from known k
    left join (select r.identity, r.channel, r.order_no, 1 as gone
                 from refunded r
                where r.from_day <= {as_of} and r.order_no is not null) r
      on k.name = 'purchase' and r.identity = k.identity and r.order_no = k.order_no
     and r.channel is not distinct from k.channel
   where r.gone is null)

-- name: who_live
-- Some name none: of n purchases alike in everything k are refunded, so k of them go.
live as (
  select k.consumer, {columns}, k.day
    from known k
    left join (select r.identity, r.channel, r.order_no, 1 as gone
                 from refunded r
                where r.from_day <= {as_of} and r.order_no is not null) r
      on k.name = 'purchase' and r.identity = k.identity and r.order_no = k.order_no
     and r.channel is not distinct from k.channel
   where r.gone is null and (k.name <> 'purchase' or k.order_no is not null)
   union all
  (select k.consumer, {columns}, k.day
     from known k
    where k.name = 'purchase' and k.order_no is null
   except all
   select p.consumer, {lines}, {day} as day
     from refunded e
     join person p on p.identity = e.identity
    where e.from_day <= {as_of} and e.order_no is null))

-- ---- conditions ----

-- name: who_prop_text
-- A property as text; null, objects and lists are unknown.
case when json_type(k.props, {path}) in ('NULL', 'OBJECT', 'ARRAY') then null
     else json_extract_string(k.props, {path}) end

-- name: who_prop_number
-- A property as a number: one, or a text that reads as one.
case when json_type(k.props, {path}) in ('NULL', 'OBJECT', 'ARRAY', 'BOOLEAN') then null
     when isfinite(try_cast(json_extract_string(k.props, {path}) as double))
     then try_cast(json_extract_string(k.props, {path}) as double) end

-- ---- nodes: events ----

-- name: who_count_rows
-- Events counted one by one: no purchase is among them.
select k.consumer
  from {from} k
 where {match}
 group by k.consumer
having {not} (count(*) {cmp} {number})

-- name: who_count_orders
-- Lines of one order on one day by one identity count once; a purchase without an order counts itself.
select c.consumer
  from (select k.consumer, count(*) as n
          from {from} k
         where {match} and (k.name <> 'purchase' or k.order_no is null)
         group by k.consumer
         union all
        select o.consumer, count(*) as n
          from (select distinct k.consumer, k.identity, k.day, k.channel, k.order_no
                  from {from} k
                 where {match} and k.name = 'purchase' and k.order_no is not null) o
         group by o.consumer) c
 group by c.consumer
having {not} (sum(c.n) {cmp} {number})

-- name: who_count_days
select k.consumer
  from {from} k
 where {match}
 group by k.consumer
having {not} (count(distinct k.day) {cmp} {number})

-- name: who_count_items
select k.consumer
  from {from} k
 where {match}
 group by k.consumer
having {not} (count(distinct k.item) {cmp} {number})

-- name: who_moment
-- The day of the first or last of all matching events.
select k.consumer
  from {from} k
 where {match}
 group by k.consumer
having {side}(k.day) between {from_day} and {to_day}

-- name: who_moment_was
-- At the instant of the first or last of all matching events there is one that was this, on these days.
select k.consumer
  from {from} k
 where {match}
 group by k.consumer
having {side}(k.time_ms) = {side}(k.time_ms) filter (where {was})

-- name: who_sum
select k.consumer
  from {from} k
 where {match} and k.{column} is not null
 group by k.consumer
having {not} (sum(cast(k.{column} as double)) {cmp} {number})

-- name: who_avg
select k.consumer
  from {from} k
 where {match} and k.{column} is not null
 group by k.consumer
having sum(cast(k.{column} as double)) / count(k.{column}) {cmp} {number}

-- name: who_extreme
select k.consumer
  from {from} k
 where {match}
 group by k.consumer
having {side}(k.{column}) {cmp} {number}

-- name: who_gmv
-- What was paid less what was given back; refunded purchases count here, their refunds do too.
select k.consumer
  from known k
 where k.name in ('purchase', 'refund') and {when}
 group by k.consumer
having {not} (sum(cast(case when k.amount_fen is null then 0
                            when k.name = 'purchase' then k.amount_fen
                            else - k.amount_fen end as double)) {cmp} {number})

-- name: who_aov
select g.consumer
  from (select k.consumer,
               sum(cast(case when k.amount_fen is null then 0
                             when k.name = 'purchase' then k.amount_fen
                             else - k.amount_fen end as double)) as fen
          from known k
         where k.name in ('purchase', 'refund') and {when}
         group by k.consumer) g
  join (select c.consumer, sum(c.n) as n
          from (select k.consumer, count(*) as n
                  from {from} k
                 where k.name = 'purchase' and k.order_no is null and {when}
                 group by k.consumer
                 union all
                select o.consumer, count(*) as n
                  from (select distinct k.consumer, k.identity, k.day, k.channel, k.order_no
                          from {from} k
                         where k.name = 'purchase' and k.order_no is not null and {when}) o
                 group by o.consumer) c
         group by c.consumer) n on n.consumer = g.consumer
 where g.fen / cast(n.n as double) {cmp} {number}

-- name: who_status
-- One touchpoint's last beginning against the last end that is about it; an end wins a tie.
select s.consumer
  from (select o.consumer, o.touchpoint,
               max(case when f.time_ms >= o.time_ms
                         and (f.touchpoint = o.touchpoint or f.touchpoint = ''
                              or o.touchpoint = '') then 1 else 0 end) as ended
          from (select k.consumer, coalesce(k.touchpoint, '') as touchpoint,
                       max(k.time_ms) as time_ms
                  from known k
                 where k.name = {name}
                 group by k.consumer, coalesce(k.touchpoint, '')) o
          left join (select k.consumer, coalesce(k.touchpoint, '') as touchpoint,
                            max(k.time_ms) as time_ms
                       from known k
                      where k.name in ({offs})
                      group by k.consumer, coalesce(k.touchpoint, '')) f
            on f.consumer = o.consumer
         group by o.consumer, o.touchpoint) s
 where s.ended = 0

-- name: who_status_forever
-- A status that nothing undoes.
select distinct k.consumer
  from known k
 where k.name = {name}

-- ---- nodes: sequences ----

-- name: who_step_first
select k.consumer, k.time_ms, k.time_ms as start_ms
  from {from} k
 where {match}
 group by k.consumer, k.time_ms

-- name: who_step_then
-- Each of these events needs a reached one strictly before it; the nearest of them is the latest and has the latest start. {since}: the
-- one of its times, time_ms or start_ms, that is not too long ago.
select k.consumer, k.time_ms, b.start_ms
  from (select k.consumer, k.time_ms
          from {from} k
         where {match}
         group by k.consumer, k.time_ms) k
  asof join {before} b on b.consumer = k.consumer and k.time_ms > b.time_ms
 where k.time_ms - b.{since} <= {within_ms}

-- name: who_step_not
-- Reached events whose next such event is missing or too late.
select b.consumer, b.time_ms
  from {before} b
  asof left join (select k.consumer, k.time_ms
                    from {from} k
                   where {match}
                   group by k.consumer, k.time_ms) k
    on k.consumer = b.consumer and b.time_ms < k.time_ms
 where k.time_ms is null
    or k.time_ms - b.time_ms > {within_ms}

-- name: who_reached
select distinct b.consumer
  from {before} b

-- ---- nodes: what is known beside events ----

-- name: who_stage_on
select s.consumer
  from span s
 where s.from_day <= {day} and s.to_day >= {day} and s.stage in ({stages})

-- name: who_stage_was
select distinct s.consumer
  from span s
 where s.stage in ({stages}) and s.from_day <= {to_day} and s.to_day >= {from_day}

-- name: who_stage_entered
select distinct s.consumer
  from span s
 where s.stage in ({stages}) and s.from_day between {from_day} and {to_day}

-- name: who_stage_left
-- A span ends on the day before the next one begins; the next one must have begun by the day asked about.
select distinct s.consumer
  from (select s.consumer, s.stage, s.to_day,
               lead(s.from_day) over (partition by s.consumer order by s.from_day) as next_day
          from span s) s
 where s.stage in ({stages}) and s.to_day between {from_day} and {to_day}
   and s.next_day <= {as_of}

-- name: who_mark
select distinct p.consumer
  from mark m
  join person p on p.identity = m.identity
 where m.slot = {slot}

-- name: who_score
select distinct p.consumer
  from score s
  join person p on p.identity = s.identity
 where s.slot = {slot} and {match}

-- name: who_has
select p.consumer
  from person p
  join identity i on i.no = p.identity
 where i.kind = {kind} or substr(i.kind, 1, {family_len}) = {family}
 group by p.consumer
having {not} (count(*) {cmp} {number})

-- name: who_identity
select p.consumer
  from person p
  join identity i on i.no = p.identity
 where i.kind = {kind} and i.value = {value}

-- name: who_sample
-- The two rounds of the mixer of base/hash.h over the consumer's number and the seed, in numbers modulo 2^64; the
-- upper 53 bits as a share of 1.
select x.consumer
  from (select x.consumer,
               xor(x.h, x.h >> 31) as h
          from (select x.consumer,
                       cast((cast(xor(x.h, x.h >> 27) as uhugeint) * 10723151780598845931)
                            % 18446744073709551616 as ubigint) as h
                  from (select x.consumer,
                               cast((cast(xor(x.h, x.h >> 30) as uhugeint) * 13787848793156543929)
                                    % 18446744073709551616 as ubigint) as h
                          from (select e.consumer, xor(cast(e.consumer as ubigint), cast({seed} as ubigint)) as h
                                  from everyone e) x) x) x) x
 where cast(x.h >> 11 as double) / 9007199254740992.0 * 100.0 < {number}
