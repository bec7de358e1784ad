import type { Migration } from '@banyan/persistence';

/**
 * The words that products are described with, a few thousand however many products there are, for looking up what was
 * meant by one that is misspelt. Triggers keep them, so that code of the release before, which knows nothing of words,
 * adds its own meanwhile. What is sold no longer leaves its words behind: whoever reads asks whether they still find anything.
 */
export const words: Migration = {
  name: '0002-words',
  async up(query) {
    await query('CREATE TABLE words (word text PRIMARY KEY, lexeme text NOT NULL)');
    await query(
      'CREATE INDEX words_by_likeness ON words USING gin (word gin_trgm_ops) WITH (fastupdate = off)',
    );
    // In order, so that two who add the same words wait for each other instead of each other's.
    await query(`
      CREATE FUNCTION keep_words() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        INSERT INTO words ${wordsOf('fresh')};
        RETURN NULL;
      END $$`);
    for (const act of ['INSERT', 'UPDATE'])
      await query(`
        CREATE TRIGGER keep_words_on_${act.toLowerCase()} AFTER ${act} ON products
          REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION keep_words()`);
    await query(`INSERT INTO words ${wordsOf('products')}`);
  },
};

/** Of three letters and more, and without stop words, whose lexeme is none. */
const wordsOf = (table: string): string => `
  SELECT word, (ts_lexize('english_stem', word))[1] AS lexeme
    FROM (SELECT DISTINCT unnest(tsvector_to_array(
            to_tsvector('simple', name || ' ' || category || ' ' || description))) AS word
            FROM ${table}) AS found
   WHERE word ~ '^[^[:digit:][:punct:][:space:]]{3,}$' AND ts_lexize('english_stem', word) <> '{}'
   ORDER BY word
      ON CONFLICT DO NOTHING`;
