public import RollbookModel
import Synchronization

extension RedisAnswers {
    /// How the shared cache is. Without it answers come from the engine, so it is never more than degraded.
    public func health() async -> [HealthPart] {
        let part = "shared_cache"
        let (listener, refusal) = state.withLock { ($0.listener, $0.refusal) }
        let place = "Redis at \(configuration.address.hostAndPort)"
        if let failure = commands.failure {
            return [.degraded(part, because: "\(place) is not used: \(failure)")]
        }
        if let refusal {
            return [.degraded(part, because: "\(place) keeps no answers: \(Self.words(for: refusal))")]
        }
        if let failure = listener?.failure {
            return [
                .degraded(
                    part, because: "\(place) does not pass on what servers tell each other: \(failure)")
            ]
        }
        return [.well(part)]
    }

    private static func words(for refusal: String) -> String {
        switch refusal {
        case "OOM": "its memory is full (OOM)"
        case "READONLY": "it is a replica (READONLY)"
        case "MISCONF": "it cannot save to its disk (MISCONF)"
        case "NOPERM": "the user may not (NOPERM)"
        case "WRONGTYPE": "something else stands under its keys (WRONGTYPE)"
        default: "it refuses (\(refusal))"
        }
    }
}
