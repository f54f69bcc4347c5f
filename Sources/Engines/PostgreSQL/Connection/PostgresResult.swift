import CLibPQ
import RollbookModel

/// libpq's result, freed with its last owner.
final class PostgresResult {
    let handle: OpaquePointer

    init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { PQclear(handle) }

    var status: ExecStatusType { PQresultStatus(handle) }

    /// What the server or libpq refused, where this is a refusal.
    var failure: PostgresFailure? {
        switch status {
        case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE, PGRES_NONFATAL_ERROR: PostgresFailure(handle)
        default: nil
        }
    }

    /// Whether a COMMIT has stored anything: that of a failed transaction answers that it rolled back.
    var isCommitted: Bool { PQcmdStatus(handle).map { String(cString: $0) } == "COMMIT" }

    /// The number of rows that the statement inserted, updated or deleted.
    var rowsTouched: Int64 { PQcmdTuples(handle).flatMap { Int64(String(cString: $0)) } ?? 0 }
}
