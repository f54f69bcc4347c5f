extension CronExpression {
    /// The first instant after another at which it falls due by the clocks of a zone; nil where that is beyond the years for
    /// which zones are known.
    public func next(after instant: Instant, in zone: Zone) -> Instant? {
        let known = Instant.storable
        guard instant < known.upperBound else { return nil }
        let rules = zone.isUTC ? ZoneRules.utc : Zone.rules(for: zone.identifier)
        let seconds = max(instant, known.lowerBound).secondsSinceEpoch
        let found = isOfEveryHour ? nextShown(after: seconds, rules) : nextOnce(after: seconds, rules)
        return found.map { Instant(secondsSinceEpoch: $0) }.flatMap { $0 < known.upperBound ? $0 : nil }
    }

    /// The last instant, not after another, at which it fell due; nil where there is none in the years that are known.
    public func latest(until instant: Instant, in zone: Zone) -> Instant? {
        // Looked for from ever further back, so that neither what happens each minute nor what happens in leap years is long
        // to find.
        var step: Int64 = 3_600_000_000
        while true {
            let from = instant.adding(microseconds: -step)
            if var found = next(after: from, in: zone), found <= instant {
                while let later = next(after: found, in: zone), later <= instant { found = later }
                return found
            }
            guard from > Instant.storable.lowerBound else { return nil }
            step *= 4
        }
    }

    /// Each of its times once: where the clock shows it, or would have, for the first time.
    private func nextOnce(after seconds: Int64, _ rules: ZoneRules) -> Int64? {
        // No time that the clock has shown is still to come.
        var local = seconds + rules.stretches[rules.index(at: seconds)].offset
        while let next = nextLocal(after: local) {
            let first = rules.firstSecond(showing: next)
            let day = next.flooredDivision(by: 86_400)
            // A date that a zone leaves out has no times.
            if first > seconds, rules.start(ofDay: day) < rules.start(ofDay: day + 1) { return first }
            local = next
        }
        return nil
    }

    /// Each time that the clock shows one of its times.
    private func nextShown(after seconds: Int64, _ rules: ZoneRules) -> Int64? {
        var after = seconds
        for index in rules.index(at: seconds)..<rules.stretches.count {
            let stretch = rules.stretches[index]
            let end = index + 1 < rules.stretches.count ? rules.stretches[index + 1].from : .max / 2
            guard let next = nextLocal(after: after + stretch.offset) else { return nil }
            if next - stretch.offset < end { return next - stretch.offset }
            after = end - 1
        }
        return nil
    }

    /// The next of its times by a clock that is never changed, in seconds as if of universal time.
    private func nextLocal(after seconds: Int64) -> Int64? {
        let minutes = seconds.flooredDivision(by: 60) + 1
        let day = minutes.flooredDivision(by: 1440)
        let today = CalendarDate(daysSinceEpoch: Int32(day))
        if matches(today), let minute = nextMinute(from: Int(minutes - day * 1440)) {
            return (day * 1440 + Int64(minute)) * 60
        }
        guard let date = firstDate(from: today.adding(days: 1)), let minute = nextMinute(from: 0) else { return nil }
        return (Int64(date.daysSinceEpoch) * 1440 + Int64(minute)) * 60
    }

    /// The next of its minutes of a day, from one on.
    private func nextMinute(from minute: Int) -> Int? {
        if hour.contains(minute / 60), let found = self.minute.first(from: minute % 60) {
            return minute / 60 * 60 + found
        }
        guard let hour = hour.first(from: minute / 60 + 1), let found = self.minute.first(from: 0) else { return nil }
        return hour * 60 + found
    }
}

extension ZoneRules {
    /// Universal time has one offset for ever.
    static let utc = ZoneRules(stretches: [Stretch(from: .min / 2, offset: 0)])

    init(stretches: [Stretch]) { self.stretches = stretches }
}
