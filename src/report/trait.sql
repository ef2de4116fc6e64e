-- What values traits have (report/trait.h), from the lake.

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
