import RollbookModel
import RollbookStore

/// Fails unless two values are the same.
func expect<T: Equatable>(_ found: T, is expected: T, _ what: @autoclosure () -> String) throws {
    if found != expected { throw CheckFailure("\(what()): expected \(expected), found \(found)") }
}

/// Fails unless a query brings home these rows; prints the SQL.
func expect(_ statement: Statement, gives rows: [[Value]], on engine: any Engine) async throws {
    let result: QueryResult
    do {
        result = try await engine.query(statement, deadline: .none).result
    } catch let error as RollbookError {
        throw CheckFailure("\(error) (\(error.engineMessage ?? ""))\nSQL: \(statement.text)")
    }
    let found = (0..<result.rowCount).map(result.row)
    if found != rows {
        throw CheckFailure(
            tableDifference(expected: rows, found: found, columns: result.names) + "\nSQL: \(statement.text)")
    }
}

/// Fails unless `body` fails with this code.
@discardableResult
func expectFailure(
    _ code: RollbookError.Code, _ what: String, _ body: () async throws -> Void
) async throws -> RollbookError {
    do {
        try await body()
    } catch let error as RollbookError {
        try expect(error.code, is: code, "\(what), code of '\(error)' (\(error.engineMessage ?? ""))")
        return error
    }
    throw CheckFailure("\(what): expected a failure with \(code), found none")
}

/// Two tables side by side where they differ.
func tableDifference(expected: [[Value]], found: [[Value]], columns: [String]) -> String {
    tableDifference(
        expected: expected.map { $0.map(\.plainText) }, found: found.map { $0.map(\.plainText) }, columns: columns)
}

func tableDifference(expected: [[String]], found: [[String]], columns: [String]) -> String {
    var lines = ["  " + columns.joined(separator: " | ")]
    for row in 0..<max(expected.count, found.count) {
        let wanted = row < expected.count ? expected[row].joined(separator: " | ") : "(no row)"
        let given = row < found.count ? found[row].joined(separator: " | ") : "(no row)"
        lines += wanted == given ? ["  \(given)"] : ["- \(wanted)", "+ \(given)"]
    }
    return "rows differ (- expected, + found)\n" + lines.joined(separator: "\n")
}
