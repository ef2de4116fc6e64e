// HTTP into PostgreSQL as fast as can be had with little work: net/http, pgx, COPY.
//
//	pg_server PORT DATABASE_URL group|copy
//
// group: requests that come while a connection is busy go with its next transaction (COPY into a temporary
// table, then insert what is new). copy: the same, but straight into a table without a key: an event that
// is sent again counts twice. A request is answered when its events are committed.
package main

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"math"
	"net/http"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
)

const busy = 2     // transactions at once
const rows = 20000 // of one transaction

type event struct {
	MessageID   string          `json:"messageId"`
	Timestamp   time.Time       `json:"timestamp"`
	Type        string          `json:"type"`
	Event       string          `json:"event"`
	UserID      *string         `json:"userId"`
	AnonymousID *string         `json:"anonymousId"`
	Properties  json.RawMessage `json:"properties"`
	Traits      json.RawMessage `json:"traits"`
}
type properties struct {
	ProductID *string  `json:"product_id"`
	Category  *string  `json:"category"`
	OrderID   *string  `json:"order_id"`
	Total     *float64 `json:"total"`
}
type body struct {
	Batch []event `json:"batch"`
	event
}
type request struct {
	rows [][]any
	done chan error
}

var columns = []string{"message_id", "time", "name", "user_id", "anonymous_id", "item", "category", "order_no",
	"amount_fen", "properties"}

func rowOf(e *event) ([]any, error) {
	var p properties
	text := e.Properties
	if text == nil {
		text = e.Traits
	}
	if text == nil {
		text = json.RawMessage("{}")
	}
	if err := json.Unmarshal(text, &p); err != nil {
		return nil, err
	}
	var fen *int64
	if p.Total != nil {
		v := int64(math.Round(*p.Total * 100))
		fen = &v
	}
	name := e.Event
	if name == "" {
		name = e.Type
	}
	return []any{e.MessageID, e.Timestamp, name, e.UserID, e.AnonymousID, p.ProductID, p.Category, p.OrderID, fen,
		text}, nil
}

func decode(r *http.Request) ([][]any, error) {
	var in io.Reader = r.Body
	if r.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(r.Body)
		if err != nil {
			return nil, err
		}
		in = z
	}
	text, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	var b body
	if err := json.Unmarshal(text, &b); err != nil {
		return nil, err
	}
	if b.Batch == nil {
		b.Batch = []event{b.event}
	}
	out := make([][]any, len(b.Batch))
	for i := range b.Batch {
		if out[i], err = rowOf(&b.Batch[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func store(c *pgx.Conn, all [][]any, keyed bool) error {
	ctx := context.Background()
	if !keyed {
		_, err := c.CopyFrom(ctx, pgx.Identifier{"event_plain"}, columns, pgx.CopyFromRows(all))
		return err
	}
	return pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
		if _, err := tx.CopyFrom(ctx, pgx.Identifier{"incoming"}, columns, pgx.CopyFromRows(all)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "insert into event select * from incoming on conflict do nothing")
		return err
	})
}

func work(url string, queue chan *request, keyed bool) {
	c, err := pgx.Connect(context.Background(), url)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := c.Exec(context.Background(),
		"create temporary table incoming (like event) on commit delete rows"); err != nil {
		log.Fatal(err)
	}
	for first := range queue {
		group := []*request{first}
		all := first.rows
	more:
		for len(all) < rows {
			select {
			case r := <-queue:
				group = append(group, r)
				all = append(all, r.rows...)
			default:
				break more
			}
		}
		err := store(c, all, keyed)
		if err != nil {
			log.Print(err)
		}
		for _, r := range group {
			r.done <- err
		}
	}
}

func main() {
	port, url, mode := os.Args[1], os.Args[2], os.Args[3]
	queue := make(chan *request, 10000)
	for i := 0; i < busy; i++ {
		go work(url, queue, mode != "copy")
	}
	handler := func(w http.ResponseWriter, r *http.Request) {
		all, err := decode(r)
		if err != nil {
			http.Error(w, `{"error":"no JSON"}`, http.StatusBadRequest)
			return
		}
		q := &request{rows: all, done: make(chan error, 1)}
		queue <- q
		if err := <-q.done; err != nil {
			http.Error(w, `{"error":"try again"}`, http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"success":true}`)
	}
	fmt.Println("ready")
	log.Fatal(http.ListenAndServe("127.0.0.1:"+port, http.HandlerFunc(handler)))
}
