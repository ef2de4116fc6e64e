"""Makes docs/tutorial/orders.csv and visits.csv: the files of a made-up tea shop that buys and
leaves as BG/NBD says. The same seed gives the same bytes; run it to change them.

    python3 test/tutorial_data.py docs/tutorial
"""
import csv
import datetime as dt
import random
import sys

random.seed(20261031)
FIRST, LAST = dt.date(2025, 11, 1), dt.date(2026, 10, 31)
DAYS = (LAST - FIRST).days
GOODS = [("T01", "明前龙井 50g", "绿茶", 16800), ("T02", "安溪铁观音 125g", "乌龙茶", 12800),
         ("T03", "凤凰单丛 100g", "乌龙茶", 19800), ("T04", "正山小种 125g", "红茶", 13800),
         ("T05", "滇红金针 100g", "红茶", 9800), ("T06", "白毫银针 50g", "白茶", 22800),
         ("T07", "云南普洱饼 357g", "普洱", 25800), ("T08", "茉莉花茶 150g", "花茶", 6800),
         ("T09", "盖碗茶具套装", "茶具", 15900), ("T10", "旅行快客杯", "茶具", 5900)]
SHOPS = [("小程序商城", 5), ("直播间", 3), ("线下门店", 2)]


def pick(rows):
    return random.choices([r[0] for r in rows], [r[1] for r in rows])[0]


def moment(day):
    return dt.datetime.combine(FIRST + dt.timedelta(days=day), dt.time(9)) + \
        dt.timedelta(seconds=random.randrange(13 * 3600))


def phone(i):
    return "1%s%08d" % (["38", "39", "50", "58", "86"][i % 5], 10000000 + i * 7919 % 89999999)


def buy_days(start):
    """Days of repeat purchases: exponential gaps, a chance to leave behind each purchase."""
    rate = random.gammavariate(0.9, 1 / 35.0)
    leave = random.betavariate(0.4, 0.9)
    day, out = float(start), [start]
    while random.random() > leave:
        day += random.expovariate(max(rate, 1e-4))
        if day > DAYS:
            break
        out.append(int(day))
    return out


orders, visits = [], []


def look(i, day, item, known, bought):
    if day > DAYS:
        return None
    at = moment(day)
    openid = "oTea%06d" % (i * 37 % 999983)
    who = phone(i) if known else ""
    rows = [("浏览", 0)] + ([("收藏", 40)] if random.random() < 0.15 else []) + \
        ([("加购", 95)] if bought or random.random() < 0.25 else [])
    for action, after in rows:
        visits.append([(at + dt.timedelta(seconds=after)).strftime("%Y-%m-%d %H:%M:%S"), openid, who,
                       action, item[1], item[2], pick([("首页", 4), ("直播间", 2), ("朋友圈分享", 2), ("公众号文章", 1)])])
    return at + dt.timedelta(seconds=160)


def order(i, at, item, shop):
    n = random.choices([1, 2, 3], [7, 2, 1])[0]
    paid = item[3] * n - random.choice([0, 0, 0, 1000, 2000])
    back = paid if random.random() < 0.035 else 0
    number = "%s%05d" % (at.strftime("%Y%m%d"), len(orders) + 1)
    orders.append([number, at.strftime("%Y-%m-%d %H:%M:%S"),
                   (at + dt.timedelta(seconds=40)).strftime("%Y-%m-%d %H:%M:%S"), phone(i), item[1], item[2],
                   n, "%.2f" % (paid / 100), "%.2f" % (back / 100) if back else "",
                   (at + dt.timedelta(days=3)).strftime("%Y-%m-%d %H:%M:%S") if back else "", shop])


for i in range(420):
    start = int(DAYS * random.random() ** 1.3)
    if random.random() < 0.35:                       # looks, never buys
        for _ in range(random.choice([1, 1, 2, 3])):
            look(i, start + random.randrange(60), random.choice(GOODS), random.random() < 0.35, False)
        continue
    favourite = random.choice(GOODS)
    for day in buy_days(start):
        item = favourite if random.random() < 0.5 else random.choice(GOODS)
        shop = pick(SHOPS)
        at = look(i, day, item, True, True) if shop == "小程序商城" and random.random() < 0.8 else moment(day)
        order(i, at, item, shop)
        if random.random() < 0.2:
            look(i, day + random.randrange(30), random.choice(GOODS), True, False)

orders.sort(key=lambda r: r[1])
visits.sort(key=lambda r: r[0])
orders[100][3] = "1.38E+10"                          # what spreadsheets do to phones
orders[200][7] = "一百六十八"
for name, head, rows in (
        ("orders", ["订单号", "订单创建时间", "买家付款时间", "买家手机号", "商品名称", "商品类目", "数量", "订单实付金额",
                    "订单已退款金额", "退款时间", "归属网店"], orders),
        ("visits", ["时间", "openid", "手机号", "行为", "商品名称", "类目", "触点"], visits)):
    with open("%s/%s.csv" % (sys.argv[1], name), "w", encoding="utf-8", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(head)
        w.writerows(rows)
