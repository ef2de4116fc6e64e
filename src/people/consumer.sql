-- What the pages of one consumer read from the lake and from the decisions made by hand.

-- name: consumer_events
-- Events in any order, of the identities that stand behind: "= 1", or "in (1,2,3)". Only "=" and a number in the text is looked
-- for by the reader of the files itself: of rows of others it then reads no text. Several are put together by "union all".
-- Rows: time_ms, seq, name, channel, touchpoint, item, order_no, quantity, amount_fen, score, identity.
select time_ms,
       seq,
       name,
       channel,
       touchpoint,
       item,
       order_no,
       quantity,
       amount_fen,
       score,
       identity
  from event
 where identity

-- name: consumer_proof
-- The first event that names both identities $a and $b, at $first_ms or later.
-- At most one row: time_ms, name, channel, touchpoint.
select time_ms,
       name,
       channel,
       touchpoint
  from event
 where time_ms >= $first_ms
   and (identity = $a or list_contains(also, $a))
   and (identity = $b or list_contains(also, $b))
 order by time_ms, seq
 limit 1;

-- name: consumer_splits
-- Splits made by hand, oldest first, a row a cut link: id, at_ms, reason, undone_ms, a_no, b_no.
select s.id,
       s.at_ms,
       s.reason,
       s.undone_ms,
       k.a_no,
       k.b_no
  from people_split as s
  join people_split_link as k on k.split_id = s.id
 order by s.id, k.a_no, k.b_no;

-- name: consumer_joins
-- Joins made by hand, oldest first: id, at_ms, undone_ms, a_no, b_no.
select id,
       at_ms,
       undone_ms,
       a_no,
       b_no
  from people_join
 order by id;
