/// The function that tidies up behind changes of a derived table, in their transaction and for somebody who does not own it.
///
/// A block index knows nothing of rows at the table's end until it is told to look, and the planner nothing of a table that
/// was empty.
enum TidyFunction {
    static var definition: [String] {
        let names = DerivedTable.all.filter { $0.standingTable != nil }.map { "'\($0.name)'" }
        return [
            """
            CREATE FUNCTION tidy_derived(name text, analyzing boolean) RETURNS boolean
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = rollbook, pg_temp AS $$
            BEGIN
                IF name NOT IN (\(names.joined(separator: ", "))) THEN
                    RAISE EXCEPTION 'there is no such derived table';
                END IF;
                PERFORM brin_summarize_new_values(i.indexrelid)
                FROM pg_index i
                JOIN pg_class c ON c.oid = i.indexrelid
                JOIN pg_am a ON a.oid = c.relam
                WHERE i.indrelid = CAST(format('rollbook.%I', name) AS regclass) AND a.amname = 'brin';
                IF analyzing THEN
                    EXECUTE format('ANALYZE rollbook.%I', name);
                END IF;
                RETURN analyzing;
            END
            $$
            """,
            "REVOKE ALL ON FUNCTION tidy_derived(text, boolean) FROM PUBLIC",
        ]
    }

    static let removal = "DROP FUNCTION IF EXISTS tidy_derived(text, boolean)"
}
