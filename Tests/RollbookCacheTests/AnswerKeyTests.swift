import RollbookCache
import RollbookModel
import Testing

@Suite struct AnswerKeyTests {
    private func key(
        report: String = "student-progress", parameters: [NamedValue] = [NamedValue("student", .integer(5))],
        policy: Policy = Policy(), date: Int32 = 16_130, asOf: Instant? = nil, permissions: String = "school",
        sqlFingerprint: String = "f1", dataVersion: Int64 = 1,
        version: String = "0.1.0"
    ) -> AnswerKey {
        AnswerKey(
            report: report, parameters: parameters, policy: policy, date: CalendarDate(daysSinceEpoch: date),
            asOf: asOf, permissions: permissions, sqlFingerprint: sqlFingerprint,
            dataState: DataState(version: dataVersion), version: version)
    }

    @Test func spellingIsStable() {
        let parameters = [
            NamedValue("student", .integer(11391)), NamedValue("by", .text("week")), NamedValue("days", .null),
        ]
        #expect(
            key(parameters: parameters).text
                == "student-progress/student=11391&by='week'&days=-/pass_mark=70&excellent_mark=90&overdue_after_days=7"
                + "&recent_days=7&time_zone='UTC'&late_counts_as_present=true/2014-03-01@-/school/f1/0.1.0")
    }

    @Test func everyPartMatters() {
        let other = Policy(passMark: FixedDecimal(units: 6000, scale: 2))
        let keys = [
            key(), key(report: "top-performers"), key(parameters: []),
            key(parameters: [NamedValue("student", .text("5"))]), key(parameters: [NamedValue("student", .null)]),
            key(parameters: [NamedValue("student", .text("-"))]), key(policy: other),
            key(policy: Policy(lateCountsAsPresent: false)), key(date: 16_131),
            key(asOf: Instant(secondsSinceEpoch: 16_130 * 86_400)), key(permissions: "class 3"),
            key(sqlFingerprint: "f2"), key(dataVersion: 2), key(version: "0.1.1"),
        ]
        #expect(Set(keys).count == keys.count)
        #expect(key() == key())
    }

    @Test func aValueCannotPoseAsAnotherPart() {
        let hostile = key(parameters: [NamedValue("a", .text("1'&b='2"))])
        let plain = key(parameters: [NamedValue("a", .text("1")), NamedValue("b", .text("2"))])
        #expect(hostile != plain)
        #expect(key(report: "a/b") != key(report: "a", parameters: [NamedValue("b", .integer(5))]))
        #expect(key(permissions: "a/b", sqlFingerprint: "c") != key(permissions: "a", sqlFingerprint: "b/c"))
        #expect(!key(report: "a/b\n\u{0}").text.contains("\n"))
    }

    @Test func textsThatOnlyLookTheSameStayApart() {
        let composed = key(parameters: [NamedValue("student", .text("\u{E9}"))])
        let decomposed = key(parameters: [NamedValue("student", .text("e\u{301}"))])
        #expect(composed != decomposed)
        #expect(composed.text.utf8.allSatisfy { $0 < 0x80 })
    }

    @Test func anotherVersionIsTheSameQuestion() {
        #expect(key(dataVersion: 1).with(DataState(version: 2)) == key(dataVersion: 2))
        #expect(key(dataVersion: 1).text == key(dataVersion: 2).text)
    }
}
