-- What the native executor of questions reads beside event rows.

-- name: who_name_counts
-- How often each event name occurs and when: code, events, first_ms, last_ms.
select code_event(name) as code,
       count(*)::bigint as events,
       min(time_ms) as first_ms,
       max(time_ms) as last_ms
  from event
 where identity > 0
 group by name
