import CLibPQ
import RollbookModel

extension PostgresWire {
    /// Sends several commands in one round trip. Where one fails, the server passes over those after it.
    ///
    /// - Returns: the result of each command up to the first that failed, and that one's failure.
    func pipeline(_ commands: [Command], on connection: OpaquePointer) throws -> PipelineOutcome {
        guard PQenterPipelineMode(connection) == 1 else { throw lost() }
        for command in commands { guard command.send(on: connection) else { throw lost() } }
        guard PQpipelineSync(connection) == 1 else { throw lost() }
        try flush()
        var outcome = PipelineOutcome()
        var isSynchronized = false
        while !isSynchronized {
            // Each command's results end with a nil; the last thing to come is the synchronization.
            guard let result = try nextResult() else {
                if PQstatus(connection) != CONNECTION_OK { throw lost() }
                continue
            }
            if result.status == PGRES_PIPELINE_SYNC {
                isSynchronized = true
            } else if let failure = result.failure {
                if PQstatus(connection) != CONNECTION_OK { throw lost(failure) }
                outcome.failure = outcome.failure ?? failure
            } else if result.status != PGRES_PIPELINE_ABORTED {
                outcome.results.append(result)
            }
        }
        guard PQexitPipelineMode(connection) == 1 else { throw lost() }
        return outcome
    }
}

/// What came back from one round trip.
struct PipelineOutcome {
    /// The results of the commands that succeeded, in order.
    var results: [PostgresResult] = []
    /// Why the command after them did not, where one failed.
    var failure: PostgresFailure?
}
