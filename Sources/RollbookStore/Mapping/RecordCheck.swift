import RollbookModel

/// Counts which records of a mapped table cannot be stored, and why.
struct RecordCheck: Sendable {
    let table: MappedTable
    /// The tables that it refers to, and those that they refer to.
    private let targets: [MappedTable]
    private let selection: String

    /// Makes a check; nil where there is nothing to count, or a table that it refers to is not known.
    init?(table: MappedTable, beside others: [RecordTable: MappedTable]) {
        guard let selection = table.selection else { return nil }
        var targets: [RecordTable: MappedTable] = [:]
        var open = table.references.map(\.target)
        while let next = open.popLast() {
            guard let target = others[next] else { return nil }
            targets[next] = target
            open += target.references.map(\.target)
        }
        self.table = table
        self.selection = selection
        self.targets = RecordTable.allCases.compactMap { targets[$0] }
    }

    func run(in session: any ReadSession) async throws -> (MappingReport.TableCount, [MappingFinding]) {
        let faults = self.faults
        let counts = faults.enumerated().map { "count(*) FILTER (WHERE \($1.condition)) AS fault_\($0)" }
        let cells = try await session.query(
            Statement("SELECT \((["count(*) AS total"] + counts).joined(separator: ", ")) FROM \(source)"))
        let total = cells.first("total").integer ?? 0
        var findings: [MappingFinding] = []
        func add(_ column: String?, _ problem: MappingFinding.Problem, _ words: String, _ count: Int64?) {
            guard let count, count > 0 else { return }
            let records = MappingFinding.Records(count: count, total: total)
            findings.append(MappingFinding(table.table, column, problem, records: records, words))
        }
        for (index, fault) in faults.enumerated() {
            add(fault.column, fault.problem, fault.words, cells.first("fault_\(index)").integer)
        }
        let repeated = try await number(repetitions, in: session)
        add(table.table.hasKey ? "id" : nil, .repeatedIdentifier, "repeat \(keyWords) of another", repeated)
        for (column, target) in table.references {
            let words = "name a \(column.name) that \(target.rawValue) lacks"
            add(column.name, .danglingReference, words, try await number(dangling(column, target), in: session))
        }
        let kept = try await number("SELECT count(*) FROM (\n\(table.query(Self.name))\n) kept", in: session)
        return (MappingReport.TableCount(table: table.table, total: total, leftOut: total - kept), findings)
    }

    private struct Fault {
        let column: String
        let problem: MappingFinding.Problem
        let words: String
        let condition: String
    }

    private var faults: [Fault] {
        table.yielded.flatMap { column -> [Fault] in
            let cell = "q.\(column.name)"
            var faults = table.rules(for: column).map {
                Fault(
                    column: column.name, problem: $0.problem, words: $0.words,
                    condition: "\(cell) IS NOT NULL AND NOT \($0.holds)")
            }
            if !column.isOptional {
                faults.append(
                    Fault(
                        column: column.name, problem: .noValue, words: "have no \(column.name)",
                        condition: "\(cell) IS NULL"))
            }
            if column.type == .score {
                let inside = "CAST(CASE WHEN \(cell) BETWEEN 0 AND 100 THEN \(cell) END AS numeric)"
                faults.append(
                    Fault(
                        column: column.name, problem: .roundedScore,
                        words: "have a \(column.name) of more than two decimals, which is rounded",
                        condition: "\(inside) <> round(\(inside), 2)"))
            }
            return faults
        }
    }

    private var source: String { MappedTable.source(selection) }

    private var keyColumns: [String] { table.table.hasKey ? ["id"] : table.table.columns.map(\.name) }

    private var keyWords: String { "the \(keyColumns.joined(separator: " and "))" }

    private var repetitions: String {
        let keys = keyColumns.map { "q.\($0)" }
        let isKeyed = keys.map { "\($0) IS NOT NULL" }.joined(separator: " AND ")
        return """
            SELECT coalesce(sum(key_count - 1), 0) FROM (
                SELECT count(*) AS key_count FROM \(source) WHERE \(isKeyed)
                GROUP BY \(keys.joined(separator: ", ")) HAVING count(*) > 1
            ) repeated
            """
    }

    private func dangling(_ column: RecordTable.Column, _ target: RecordTable) -> String {
        """
        SELECT count(*) FROM \(source)
        WHERE q.\(column.name) IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM \(Self.name(target)) t WHERE t.id = q.\(column.name))
        """
    }

    /// The records of the tables that are referred to stand before a query under names that no platform has.
    private static func name(_ table: RecordTable) -> String { "rollbook_\(table.rawValue)" }

    private func number(_ query: String, in session: any ReadSession) async throws -> Int64 {
        let expressions = targets.map { "\(Self.name($0.table)) AS (\n\($0.query(Self.name))\n)" }
        let with = expressions.isEmpty ? "" : "WITH \(expressions.joined(separator: ", "))\n"
        let found = try await session.query(
            Statement("\(with)SELECT CAST(found.number AS bigint) AS number FROM (\n\(query)\n) AS found(number)"))
        return found.first().integer ?? 0
    }
}
