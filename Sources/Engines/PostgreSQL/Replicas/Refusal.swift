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

extension PostgresServers {
    /// The failure of a write, which names the primary where that cannot be reached or takes no writes.
    func explained(_ error: RollbookError) async -> RollbookError {
        let place = primary.address.place
        if ["25006", "0A000"].contains(error.sqlState) {
            await look(at: .primary)
            guard routing.primary.look?.isInRecovery == true else { return error }
            return RollbookError(
                .unavailable, "the primary takes no writes, because it follows another server: \(place)",
                engineMessage: error.engineMessage, underlying: error.underlying)
        }
        guard error.code == .unavailable, error.isConnectionLoss, !error.message.contains(place) else { return error }
        return RollbookError(
            error.code, "\(error.message): \(place)", engineMessage: error.engineMessage, underlying: error.underlying)
    }
}
