import CDuckDB
import RollbookModel
import RollbookStore

/// A failure as DuckDB tells it: a kind and a message.
struct DuckDBFailure {
    let type: duckdb_error_type
    let message: String

    /// The failure as everyone else knows it. DuckDB's message may quote values, so it is kept apart from ours.
    func error(_ interruption: Interruption?) -> RollbookError {
        switch (type, interruption) {
        case (DUCKDB_ERROR_INTERRUPT, .deadline(let limit)):
            let words = limit.map { " within \($0.formatted)" } ?? " in time"
            return RollbookError(.timedOut, "the query did not end\(words) and was stopped", engineMessage: message)
        case (DUCKDB_ERROR_INTERRUPT, _):
            return RollbookError(.cancelled, "the query was stopped", engineMessage: message)
        case (DUCKDB_ERROR_OUT_OF_MEMORY, _):
            return RollbookError(
                .outOfResources, "the query needs more memory than the memory limit allows", engineMessage: message)
        case (DUCKDB_ERROR_IO, _):
            return RollbookError(
                .unavailable, "the database could not read or write its files", engineMessage: message)
        case (DUCKDB_ERROR_TRANSACTION, _) where message.contains("onflict"):
            return RollbookError(
                .engineFailure, "another transaction changed the same rows", engineMessage: message,
                underlying: TransactionConflict())
        case (DUCKDB_ERROR_CATALOG, _) where message.contains("store_state"):
            return StoreState.missing(engineMessage: message)
        default:
            return RollbookError(.engineFailure, "DuckDB refused a statement", engineMessage: message)
        }
    }
}

/// Another transaction was in the way; the same one may succeed when it is begun anew.
struct TransactionConflict: Error {}

/// Why a running query is told to stop.
enum Interruption: Sendable {
    case deadline(Duration?)
    case cancelled
}

extension Duration {
    /// The span in seconds, as a person writes it.
    var formatted: String {
        let seconds = Double(components.seconds) + Double(components.attoseconds) / 1e18
        return seconds == seconds.rounded() ? "\(Int(seconds)) s" : "\(seconds) s"
    }
}
