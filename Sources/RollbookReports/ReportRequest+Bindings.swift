import RollbookModel

extension ReportRequest {
    /// The values that a report's text may mention, by parameter name of the text.
    ///
    /// - Throws: ``RollbookError`` with `invalidArgument` where an id has not been looked up.
    func bindings() throws -> [String: Value] {
        var bindings = policyBindings
        bindings.merge(windowBindings) { $1 }
        bindings["limit"] = .integer(Int64(limit))
        bindings["offset"] = .integer(Int64(offset))
        for (parameter, argument) in arguments {
            switch (parameter.kind, argument) {
            case (.identifier, .identifier(.number(let id))): bindings["\(parameter.name)_id"] = .integer(id)
            case (.identifier, .all): bindings["\(parameter.name)_id"] = .null
            case (.identifier, _):
                throw RollbookError(
                    .invalidArgument, "\(parameter.name) was not looked up", subject: parameter.name)
            case (.period, .period(let period)): bindings[parameter.name] = .text(period.rawValue)
            case (_, .integer(let number)): bindings[parameter.name] = .integer(Int64(number))
            default: bindings[parameter.name] = .null
            }
        }
        return bindings
    }

    private var policyBindings: [String: Value] {
        [
            "pass_hundredths": .integer(policy.passMark.units),
            "late_counts": .boolean(policy.lateCountsAsPresent),
        ]
    }

    /// The window as instants, as dates, and as the whole weeks in it: the Mondays from `first_week_on` to before
    /// `end_week_on`; without a whole week both are `until_on`.
    private var windowBindings: [String: Value] {
        let window = self.window
        let endDate = window.lastDate.adding(days: 1)
        let firstDate = window.firstDate ?? Instant.storable.lowerBound.utcDate
        let firstWeek = firstDate.adding(days: 6).monday
        let endWeek = endDate.monday
        let hasWholeWeek = firstWeek < endWeek
        return [
            "from_at": .instant(window.from), "until_at": .instant(window.until),
            "from_on": .date(firstDate), "until_on": .date(endDate),
            "first_week_on": .date(hasWholeWeek ? firstWeek : endDate),
            "end_week_on": .date(hasWholeWeek ? endWeek : endDate),
        ]
    }
}
