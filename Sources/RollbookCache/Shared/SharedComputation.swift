/// An answer, and how long it is still fresh where it comes from the shared cache.
struct Obtained: Sendable {
    let answer: EncodedAnswer
    let remaining: Duration?
}

/// One server's way to an answer that others may have, or be computing.
struct SharedComputation: Sendable {
    let key: AnswerKey
    let shared: any SharedAnswers
    let configuration: CacheConfiguration
    /// Whether the answer will be kept: nobody has said meanwhile that it is to be forgotten.
    let isWanted: @Sendable () -> Bool

    /// Takes the answer from the shared cache, waits until another server has put it there, or computes it.
    ///
    /// - Throws: what `compute` throws.
    func run(_ compute: @escaping @Sendable () async throws -> EncodedAnswer) async throws -> Obtained {
        if let found = await shared.find(key) { return obtained(found) }
        let clock = AnswerCache.monotonicClock()
        var attempt = SharedAttempt(start: clock(), patience: configuration.patience.wholeNanoseconds)
        while true {
            let claim = await shared.claim(key, for: configuration.leaseTime)
            switch attempt.next(claim, now: clock()) {
            case .take(let found): return obtained(found)
            case .wait(let time):
                await shared.news(of: key, within: .nanoseconds(time))
                // Nobody waits for the answer any more.
                try Task.checkCancellation()
            case .compute(let lease):
                return Obtained(answer: try await computed(under: lease, compute), remaining: nil)
            }
        }
    }

    private func obtained(_ found: SharedAnswer) -> Obtained {
        Obtained(answer: found.answer, remaining: min(found.remaining, configuration.timeToLive))
    }

    /// Computes, keeps the answer for all, and gives the lease back, however it ends.
    private func computed(
        under lease: SharedLease?, _ compute: @escaping @Sendable () async throws -> EncodedAnswer
    ) async throws -> EncodedAnswer {
        let renewal = lease.map { lease in Task { await renew(lease) } }
        defer { renewal?.cancel() }
        do {
            let answer = try await compute()
            if isWanted() {
                await shared.keep(answer, under: key.with(answer.dataState), for: configuration.timeToLive)
            }
            if let lease { await shared.release(lease) }
            return answer
        } catch {
            if let lease { await shared.release(lease) }
            throw error
        }
    }

    /// Renews the lease while the computation runs, so that the others go on waiting for it.
    private func renew(_ lease: SharedLease) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: configuration.leaseTime / 3)
            guard !Task.isCancelled, await shared.renew(lease, for: configuration.leaseTime) else { return }
        }
    }
}
