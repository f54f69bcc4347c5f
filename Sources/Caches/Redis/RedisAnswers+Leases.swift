public import RollbookCache

/// One computation for all servers.
extension RedisAnswers {
    /// The answer under a key, or the right to compute it.
    public func claim(_ key: AnswerKey, for time: Duration) async -> SharedClaim {
        // What cannot be read is in the way: it is removed, and the key is free.
        for _ in 0..<2 {
            let token = Self.token()
            guard
                let reply = try? await commands.send(
                    RedisCommand([
                        "EVAL", Scripts.claim, "2", layout.answer(key), layout.lease(key), token,
                        "\(Self.milliseconds(time))",
                    ])
                ).first
            else { return .unavailable }
            note(reply)
            switch reply {
            case .number(1): return .granted(SharedLease(key: key, token: token))
            case .number(0): return .taken
            case .list(let pair) where pair.count == 2:
                if let answer = Self.answer(pair[0], pair[1], under: key) { return .found(answer) }
                _ = try? await commands.send(["UNLINK", layout.answer(key)])
            default: return .unavailable
            }
        }
        return .unavailable
    }

    /// Makes a lease hold for longer.
    public func renew(_ lease: SharedLease, for time: Duration) async -> Bool {
        let reply = try? await commands.send(
            ["EVAL", Scripts.renew, "1", layout.lease(lease.key), lease.token, "\(Self.milliseconds(time))"]
        ).first
        return reply == .number(1)
    }

    /// Gives a lease back.
    public func release(_ lease: SharedLease) async {
        _ = try? await commands.send(["EVAL", Scripts.release, "1", layout.lease(lease.key), lease.token])
    }

    private static func token() -> String {
        String(UInt128.random(in: .min ... .max), radix: 36)
    }
}
