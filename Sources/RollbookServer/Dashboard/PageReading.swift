import Rollbook

/// All that a page shows, read from one state of the store.
struct PageReading: Sendable {
    /// What was asked.
    let request: PageRequest
    /// The reports that were asked, in the page's order.
    let reports: [PageReport]
    /// The answers, by the name of the report or view; a view that was never filled has none.
    var answers: [String: Answer]
    /// What the warehouse holds.
    let status: WarehouseStatus

    /// Whether records or views changed while the page was read, twice, so that its parts disagree.
    var isMixed: Bool { answers.values.contains { $0.provenance.dataVersion != status.state.dataVersion } }

    /// When the views were filled, the longest ago first; nil where one never was.
    var viewsRefreshedAt: Instant? {
        let instants = status.views.compactMap(\.refreshedAt)
        return instants.count == status.views.count ? instants.min() : nil
    }

    /// Whether the page's dates hold no records although the store has some: then its newest record's time is worth a look.
    var instantWithRecords: Instant? {
        let windowed = reports.filter { report in
            report.definition.parameters.contains { $0.name == "days" && $0.standardText != "all" }
        }
        let rows = windowed.map { answers[$0.definition.name]?.totalCount ?? 0 }
        guard !windowed.isEmpty, rows.allSatisfy({ $0 == 0 }), let newest = status.state.dataAsOf,
            request.policy.timeZone.date(of: newest) != request.policy.timeZone.date(of: request.asOf)
        else { return nil }
        return newest
    }
}

extension Warehouse {
    /// Asks a page's reports and views, all at once.
    ///
    /// A refresh can fall between two of them; then all are asked again, so that a page shows one state.
    ///
    /// - Throws: ``RollbookError``, as ``Warehouse/answer(_:)``.
    func read(_ reports: [PageReport], views: [String] = [], for request: PageRequest) async throws -> PageReading {
        let reading = try await readOnce(reports, views, request)
        return reading.isMixed ? try await readOnce(reports, views, request) : reading
    }

    private func readOnce(
        _ reports: [PageReport], _ views: [String], _ request: PageRequest
    ) async throws -> PageReading {
        let reportQuestions = try reports.map { ($0.definition.name, try $0.question(for: request)) }
        let viewQuestions = try views.map { view in
            let page = ["limit": String(ViewReader.mostRows)]
            return (view, try Question(view: view, parameters: request.policySettings.merging(page) { $1 }))
        }
        async let status = status(counting: RecordDirectory.tables)
        let answers = try await withThrowingTaskGroup(of: (String, Answer?).self) { group in
            for (name, question) in reportQuestions {
                group.addTask { (name, try await self.answer(question)) }
            }
            for (name, question) in viewQuestions {
                group.addTask { (name, try await self.answerIfReady(question)) }
            }
            return try await group.reduce(into: [String: Answer]()) { $0[$1.0] = $1.1 }
        }
        return PageReading(request: request, reports: reports, answers: answers, status: try await status)
    }

    /// A view's answer, or nil where it was never filled.
    func answerIfReady(_ question: Question) async throws -> Answer? {
        do {
            return try await answer(question)
        } catch let error as RollbookError where error.code == .notReady {
            return nil
        }
    }
}
