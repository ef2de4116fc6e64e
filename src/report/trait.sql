-- What values traits have (report/trait.h), from the lake.

-- name: trait_channels
-- Channels of events before $to_ms, the most frequent first: channel.
select channel
  from event
 where time_ms < $to_ms
   and identity > 0
   and channel is not null
 group by channel
 order by count(*) desc, channel
 limit $most

-- name: trait_categories
-- Categories of purchases before $to_ms, the most frequent first: category.
select category
  from event
 where time_ms < $to_ms
   and identity > 0
   and name = 'purchase'
   and category is not null
 group by category
 order by count(*) desc, category
 limit $most

-- name: trait_times
-- When identities did anything, before $to_ms: identity, time_ms.
select identity, time_ms
  from event
 where time_ms < $to_ms
   and identity > 0
