import RollbookModel
import Testing

@Suite struct CalendarDateTests {
    /// Walks through the calendar day by day, as one learns it at school.
    private struct Walker {
        var (year, month, day, weekday) = (1900, 1, 1, 0)
        private var lengths: [Int] {
            let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
            return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        }

        mutating func step() {
            weekday = (weekday + 1) % 7
            day += 1
            guard day > lengths[month - 1] else { return }
            (day, month) = (1, month + 1)
            if month > 12 { (month, year) = (1, year + 1) }
        }
    }

    @Test func everyDayFrom1900To2200IsWhatTheCalendarSays() throws {
        // 1900-01-01 was a Monday.
        var walker = Walker()
        var date = try #require(CalendarDate(year: 1900, month: 1, day: 1))
        #expect(date.daysSinceEpoch == -25_567)
        while walker.year <= 2200 {
            let (year, month, day) = date.components
            let isRight =
                (year, month, day) == (walker.year, walker.month, walker.day)
                && CalendarDate(year: year, month: month, day: day) == date
                && CalendarDate(parsing: date.description) == date
                && date.monday == date.adding(days: -walker.weekday)
                && date.firstOfMonth == date.adding(days: 1 - walker.day)
            if !isRight { Issue.record("\(date) is not \(walker)") }
            walker.step()
            date = date.adding(days: 1)
        }
        #expect(date == CalendarDate(year: 2201, month: 1, day: 1))
    }

    @Test(arguments: [
        "", "2014", "2014-3-1", "2014-02-29", "2100-02-29", "2014-00-01", "2014-13-01", "2014-04-31", "2014-04-00",
        "0000-01-01", "14-03-01", "2014-03-01 ", " 2014-03-01", "2014-03-01T", "2014/03/01", "20140301", "-014-03-01",
        "+2014-03-01", "2014-03-0１", "2014-03-01\u{0}", "2014‐03‐01", "99999-01-01",
    ])
    func refusesWhatIsNoDate(text: String) {
        #expect(CalendarDate(parsing: text) == nil)
    }

    @Test func theEpochIsAThursday() {
        let epoch = CalendarDate(daysSinceEpoch: 0)
        #expect(epoch.description == "1970-01-01")
        #expect(epoch.monday.description == "1969-12-29")
        #expect(CalendarDate(daysSinceEpoch: -1).description == "1969-12-31")
    }

    @Test func datesAreOrdered() {
        #expect(CalendarDate(daysSinceEpoch: -1) < CalendarDate(daysSinceEpoch: 0))
        #expect(CalendarDate(year: 2024, month: 2, day: 29)?.adding(days: 366) == CalendarDate(parsing: "2025-03-01"))
    }

    @Test(arguments: [
        (Period.day, "2024-02-29", "2024-02-29"), (.week, "2024-02-29", "2024-02-26"),
        (.week, "2024-02-26", "2024-02-26"),
        (.week, "2024-03-03", "2024-02-26"), (.week, "2021-01-02", "2020-12-28"), (.month, "2024-02-29", "2024-02-01"),
        (.month, "2024-12-31", "2024-12-01"),
    ])
    func aPeriodIsNamedByItsFirstDate(period: Period, date: String, first: String) throws {
        let date = try #require(CalendarDate(parsing: date))
        #expect(period.start(containing: date).description == first)
    }
}
