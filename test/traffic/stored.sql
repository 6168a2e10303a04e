-- $1 account, $2 commands, of which each stores one event. How many have stored none, and how many more than one.
SELECT count(*) FILTER (WHERE n = 0), count(*) FILTER (WHERE n > 1)
  FROM (SELECT c.id, count(e.command_id) AS n
          FROM unnest($2::uuid[]) AS c (id)
          LEFT JOIN store.events e
            ON e.account_id = $1 AND e.command_id = c.id
           AND e.generation = (SELECT h.generation FROM store.account_heads h WHERE h.account_id = $1)
         GROUP BY c.id) counted
