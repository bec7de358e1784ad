import { statement } from '@banyan/persistence';

/**
 * Whether anything on sale has the lexeme. Materialized, so that it is planned as if all were wanted, by way of the index:
 * for the first row alone the planner would rather read through the table, which takes long where there is none.
 */
const finds = (lexeme: string): string => `
  EXISTS (WITH fitting AS MATERIALIZED (
            SELECT FROM products WHERE NOT retired AND search @@ CAST(quote_literal(${lexeme}) AS tsquery))
          SELECT FROM fitting)`;

/**
 * Known words that are spelt alike, or the same but for two neighbours that changed places, with how alike they are. The
 * threshold is the server's `pg_trgm.similarity_threshold`, by default 0.3.
 */
const LIKE_ASKED = `
  SELECT lexeme, max(likeness) AS likeness
    FROM (SELECT lexeme, similarity(word, asked.word) AS likeness FROM words WHERE word % asked.word
          UNION ALL
          SELECT lexeme, 1 FROM words
           WHERE word IN (SELECT overlay(asked.word PLACING reverse(substr(asked.word, at, 2)) FROM at FOR 2)
                            FROM generate_series(1, length(asked.word) - 1) AS at)) AS alike
   GROUP BY lexeme ORDER BY likeness DESC, lexeme`;

/**
 * What was meant by the words `$1`, as the text of a tsquery: each that finds nothing by itself is replaced by those, at
 * most three and about equally like it, that find something, or is left out where there are none. No row where that
 * changes nothing, or leaves nothing to look for.
 */
export const MEANT = statement(
  'products-meant',
  `
  WITH asked AS (
    SELECT word, (ts_lexize('english_stem', word))[1] AS lexeme
      FROM unnest(tsvector_to_array(to_tsvector('simple', $1))) AS word
     WHERE word ~ '^[^[:punct:][:space:]]+$'),
  slips AS (
    SELECT quote_literal(asked.lexeme) AS slip, coalesce(nearest.lexemes, '') AS meant
      FROM asked, LATERAL (
        SELECT string_agg(quote_literal(lexeme), ' | ') FILTER (WHERE likeness > 0.75 * most) AS lexemes
          FROM (SELECT lexeme, likeness, max(likeness) OVER () AS most
                  FROM (SELECT lexeme, likeness FROM (${LIKE_ASKED} OFFSET 0) AS alike
                         WHERE ${finds('alike.lexeme')} LIMIT 3) AS living) AS ranked) AS nearest
     WHERE asked.lexeme IS NOT NULL AND NOT ${finds('asked.lexeme')}),
  meant AS (
    SELECT ts_rewrite(
             websearch_to_tsquery('english', $1),
             format('SELECT slip::tsquery, meant::tsquery FROM json_to_recordset(%L) AS slips (slip text, meant text)',
                    json_agg(slips))) AS query
      FROM slips HAVING count(*) > 0)
  SELECT query::text AS words FROM meant WHERE querytree(query) NOT IN ('', 'T')`,
);
