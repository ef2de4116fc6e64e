-- name: report_event_counts
-- How often each event name occurs: name, events, anonymous (events of nobody), first_ms, last_ms.
select name,
       count(*)::bigint as events,
       count(*) filter (where identity is null or identity = 0)::bigint as anonymous,
       min(time_ms) as first_ms,
       max(time_ms) as last_ms
  from event
 group by name;
