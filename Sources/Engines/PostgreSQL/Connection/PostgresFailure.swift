import CLibPQ
import Foundation
import RollbookModel
import RollbookStore

/// A failure as PostgreSQL or libpq tells it: the five characters of its SQLSTATE, where the server spoke, and a message.
struct PostgresFailure: Error, CustomStringConvertible {
    /// The SQLSTATE; nil where the connection failed and no server said why.
    let sqlState: String?
    /// The primary message alone: details and hints quote whole rows.
    let message: String

    init(sqlState: String?, message: String) {
        self.sqlState = sqlState
        self.message = message.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Reads a failed result.
    init(_ result: OpaquePointer) {
        let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) }
        let primary = PQresultErrorField(result, Int32(UInt8(ascii: "M"))) ?? PQresultErrorMessage(result)
        self.init(sqlState: state, message: primary.map { String(cString: $0) } ?? "no message")
    }

    /// The number alone: messages may quote values.
    var description: String { "SQLSTATE \(sqlState ?? "unknown")" }

    /// Whether the connection is gone, so that another one may do better.
    var isConnectionLoss: Bool {
        guard let sqlState else { return true }
        return sqlState.hasPrefix("57P") || sqlState.hasPrefix("08") || sqlState == "25P03"
    }

    /// Whether another transaction was in the way, and the same one may succeed when it is begun anew: where it could not be
    /// put in order with others, waited in a circle, or found a row that another has just made.
    var isConflict: Bool { ["40001", "40P01", "23505"].contains(sqlState ?? "") }

    /// Whether a statement that the server kept parsed no longer suits its tables.
    var isChangedResult: Bool { sqlState == "0A000" }

    /// Whether the server does not have a statement that it should have kept.
    var isForgottenStatement: Bool { sqlState == "26000" }

    /// The failure as everyone else knows it. PostgreSQL's message may quote values, so it is kept apart from ours.
    func error(_ interruption: Interruption?) -> RollbookError {
        let (code, message) = kind(interruption)
        let words = sqlState.map { "\($0): \(self.message)" } ?? self.message
        return RollbookError(code, message, engineMessage: words, underlying: self)
    }

    /// There is no store, or none that this user may see.
    private static let noStore =
        StoreState.missing().message + ", or rollbook migrate grants for this user to see it"

    /// The failure of a command that a transaction begins or goes on with.
    ///
    /// - Parameter command: what failed; who may not share the store's state sees no store.
    func error(of command: String?, _ interruption: Interruption?) -> RollbookError {
        guard command == TransactionText.sharing, sqlState == "42501" else { return error(interruption) }
        return RollbookError(.notReady, Self.noStore, engineMessage: error(interruption).engineMessage)
    }

    private func kind(_ interruption: Interruption?) -> (RollbookError.Code, String) {
        if let interruption, isConnectionLoss || sqlState == "57014" { return interruption.kind }
        guard let sqlState else { return (.unavailable, "the connection to the database was lost") }
        switch sqlState {
        case "57014" where message.contains("user request"):
            return (.cancelled, "somebody stopped the query in the database")
        case "57014": return (.timedOut, "the database stopped the query, which took longer than it may")
        case "55P03": return (.timedOut, "somebody else held a table of the database for too long")
        case "53300": return (.unavailable, "the database takes no further connections")
        case "57P03": return (.unavailable, "the database is starting up or shutting down")
        case "42P01" where message.contains("store_state"), "3F000" where message.contains("rollbook"):
            // A user without rights in the schema is told the same as if there were none.
            return (.notReady, Self.noStore)
        case "42501": return (.notPermitted, "the database user lacks a privilege that the statement needs")
        default: break
        }
        switch sqlState.prefix(2) {
        case "53": return (.outOfResources, "the database ran out of memory, disk or the like")
        case _ where isConnectionLoss: return (.unavailable, "the database ended the connection")
        default: return (.engineFailure, "PostgreSQL refused a statement")
        }
    }
}

extension Interruption {
    /// What an interrupted run is told.
    var kind: (RollbookError.Code, String) {
        switch self {
        case .deadline(let limit):
            let words = limit.map { " within \($0.formatted)" } ?? " in time"
            return (.timedOut, "the query did not end\(words) and was stopped")
        case .cancelled: return (.cancelled, "the query was stopped")
        case .closing: return (.cancelled, "the query was stopped, because the database is being closed")
        }
    }

    /// The failure of a run that was stopped before it reached the server.
    var error: RollbookError {
        let (code, message) = kind
        return RollbookError(code, message)
    }
}

extension RollbookError {
    /// Whether the connection is gone, so that another one may do better.
    var isConnectionLoss: Bool { (underlying as? PostgresFailure)?.isConnectionLoss ?? false }
    /// PostgreSQL's number for the failure, where the server spoke.
    var sqlState: String? { (underlying as? PostgresFailure)?.sqlState }
}

extension Duration {
    /// The span in seconds, as a person writes it.
    var formatted: String {
        let seconds = self / .seconds(1)
        return seconds == seconds.rounded() ? "\(Int(seconds)) s" : "\(seconds) s"
    }
}
