import RollbookModel

/// An answer that may not be shown: older than what was seen before, or of a server that follows its primary no longer.
struct StaleAnswer: Error {}

/// Why another server is asked for an answer that one could not give.
enum Refusal: Equatable {
    /// It cannot be reached, or went away.
    case loss
    /// What it has replayed is in the way of the question's snapshot.
    case conflict
    /// Its state may not be shown.
    case stale

    /// - Returns: nil where the question itself failed, as it would on any other server.
    init?(_ error: any Error, by server: Server) {
        guard let error = error as? RollbookError else { return nil }
        if error.underlying is StaleAnswer {
            self = .stale
        } else if error.code == .unavailable, error.isConnectionLoss || error.sqlState == "53300" {
            self = .loss
        } else if server != .primary, ["40001", "40P01"].contains(error.sqlState) {
            // Nothing else than recovery gives a transaction that only reads these.
            self = .conflict
        } else if server != .primary, error.code == .notReady {
            self = .stale
        } else {
            return nil
        }
    }
}

extension RollbookError {
    /// The failure of a write, which names the server where that cannot be reached or takes no writes.
    func naming(_ primary: PostgresNode) -> RollbookError {
        let place = primary.address.place
        if sqlState == "25006" {
            return RollbookError(
                .unavailable, "the primary takes no writes, because it follows another server: \(place)",
                engineMessage: engineMessage, underlying: underlying)
        }
        guard code == .unavailable, isConnectionLoss, !message.contains(place) else { return self }
        return RollbookError(code, "\(message): \(place)", engineMessage: engineMessage, underlying: underlying)
    }
}
